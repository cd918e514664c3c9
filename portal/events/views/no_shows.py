"""Days that a member missed without a word: what that means, and a sentence about it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.events.forms.no_shows import AppealForm
from portal.events.queries import no_shows as queries
from portal.events.services import no_shows as services
from portal.events.views.blueprint import bp

TEMPLATE = "events/no_shows.html"


@bp.get("/me/no-shows")
@members
def missed_days() -> Response:
    """All of them, the newest first."""
    cursor = request.args.get("after")
    return page(TEMPLATE, block="missed_page" if cursor else None, **_context(cursor))


@bp.post("/me/no-shows/<no_show_id>")
@members
@WRITING
def appeal(no_show_id: str) -> Response:
    me, form = the_viewer(), AppealForm()
    found = queries.get_own(no_show_id, me.id)
    if not form.validate_on_submit():
        return page(TEMPLATE, block="missed", status=422, **_context(None, found.id, form))
    try:
        with transaction():
            services.appeal(found, form.words.data or "", by=me)
    except (Conflict, Invalid) as refusal:
        form.say(refusal)
        return page(TEMPLATE, block="missed", status=refusal.status, **_context(None, no_show_id, form))
    return done(
        url_for(".missed_days"),
        _("Thank you for telling us. Somebody reads it and answers you."),
        fragment=lambda: page(TEMPLATE, block="missed", **_context(None)),
    )


def _context(cursor: str | None, typed_in: str = "", typed: AppealForm | None = None) -> dict[str, Any]:
    """One form for each that still may be spoken about; ``typed`` is the one that was sent."""
    found = queries.of_member(the_viewer().id, cursor)
    forms = {one.no_show.id: AppealForm(formdata=None, obj=one.no_show) for one in found.items}
    if typed is not None and typed_in in forms:
        forms[typed_in] = typed
    for no_show_id, form in forms.items():
        form.words.id = f"words-{no_show_id}"
    return {"missed": found, "forms": forms, "later": bool(cursor)}
