"""The mail provider reports here what became of letters."""

from __future__ import annotations

from flask import Response as Answer
from flask import current_app, request
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import public
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.notifications import services
from portal.notifications.hook import MOST_BYTES, is_signed, reports_in
from portal.notifications.views.blueprint import bp

SIGNATURE = "X-Portal-Signature"


@bp.post("/hooks/mail")
@public
def mail_hook() -> Response:
    """A signed list of events. The answer tells nothing about what we know of the addresses in it.

    Without a key this address does not exist. What is not signed by it is refused before it is even parsed, and leaves
    no trace. Every report is a write of its own: a repeated post goes on where the last one broke off.
    """
    key = current_app.config["PORTAL"].mail_hook_key
    if key is None:
        raise NotFound(_("There is no page at this address."))
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=False)
    if not is_signed(request.headers.get(SIGNATURE, ""), body, key=key, now=clock.now()):
        return _plain("not signed", 403)
    reports = reports_in(body)
    if reports is None:
        return _plain("not a list of events", 422)
    for report in reports:
        with transaction():
            services.note_bounce(
                report.kind,
                source="hook",
                event_key=f"hook:{report.event_id}",
                recipient=report.recipient,
                letter_id=report.letter_id,
            )
    return _plain("thank you", 200)


def _plain(text: str, status: int) -> Response:
    return Answer(text, status, mimetype="text/plain")
