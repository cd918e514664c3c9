"""The providers' books against ours."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.payments import queries, services
from portal.payments.console.blueprint import bp
from portal.payments.forms import NoteForm, note_form
from portal.payments.words import DIFFERENCES

TEMPLATE = "payments/console/differences.html"


@bp.get("/differences")
@staff(Permission.MANAGE_PAYMENTS)
def differences() -> Response:
    """What provider and we disagree on; ``show=closed`` what was cleared up."""
    block = "more" if request.args.get("after") else "differences"
    return page(TEMPLATE, block=block, **_context())


@bp.post("/differences/<difference_id>")
@staff(Permission.MANAGE_PAYMENTS)
@WRITING
def close_difference(difference_id: str) -> Response:
    """Somebody looked into it."""
    form = note_form(difference_id, sent=True)
    status = 422
    try:
        if form.validate_on_submit():
            with transaction():
                services.close_difference(difference_id, by=the_viewer(), note=form.note.data or "")
            return done(
                url_for(".differences"),
                _("Cleared up."),
                fragment=lambda: page(TEMPLATE, block="differences", **_context()),
            )
    except Conflict as refusal:
        form.say(refusal)
        status = refusal.status
    context = _context(tried=(difference_id, form))
    return page(TEMPLATE, block="differences", status=status, **context)


def _context(tried: tuple[str, NoteForm] | None = None) -> dict[str, Any]:
    """``tried``: the difference that could not be closed, and its form."""
    reading = request.method == "GET"
    closed = reading and request.args.get("show") == "closed"
    found = queries.differences(request.args.get("after") if reading else None, closed=closed)
    forms = {difference.id: note_form(difference.id) for difference in found.items}
    return {
        "differences": found,
        "closed": closed,
        "compared": queries.latest_reconciliations(),
        "kinds": DIFFERENCES,
        "label_of": queries.provider_label,
        "forms": forms | dict([tried] if tried else []),
    }
