"""The link that stops mail: looking shows a button, a POST stops at once. No sign-in, nothing personal on the page.

The POST is what mail programs send by themselves when somebody presses their own button (RFC 8058): it carries no token
of ours and must be answered with a page, not a redirect.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import public
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.installation import registry
from portal.core.web import page
from portal.notifications import queries, services
from portal.notifications.models import ALL
from portal.notifications.views.blueprint import bp

TEMPLATE = "notifications/stop.html"


@bp.route("/stop/<token>", methods=["GET", "POST"])
@public
def stop(token: str) -> Response:
    """``what`` is empty (one click), ``all`` or ``again``. Doing it twice is doing it once."""
    found = services.read_stop_token(token)
    if found is None:
        raise NotFound(_("This link is not complete. Copy it from the letter once more, please."))
    member_id, kind = found
    what = request.form.get("what", "") if request.method == "POST" else None
    if what is not None:
        _obey(member_id, kind, what)
    context = _context(token, member_id, kind)
    if what is not None and what != "again":
        context["stopped"] = True  # also when there is nobody left to write to
    response = page(TEMPLATE, block="stop", **context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _obey(member_id: str, kind: str, what: str) -> None:
    with transaction():
        if what == "again":
            services.start_mail(member_id, ALL)
            services.start_mail(member_id, kind)
        else:
            services.stop_mail(member_id, ALL if what == ALL else kind)


def _context(token: str, member_id: str, kind: str) -> dict[str, Any]:
    registered, choices = registry().kinds.get(kind), queries.choices_of(member_id)
    stopped_all = choices.all_mail_stopped
    return {
        "label": str(registered.label) if registered else "",
        "stopped_all": stopped_all,
        "stopped": stopped_all or (registered is not None and not choices.reads_mail(registered)),
        "stop_url": url_for(".stop", token=token),
    }
