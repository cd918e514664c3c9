"""Giving a ticket back, with what comes back shown before; and “I won’t make it”."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done
from portal.events import ticket_words
from portal.events.queries.tickets import get_own_ticket
from portal.events.services import leaving
from portal.events.views.blueprint import bp
from portal.events.views.tickets import again

_LONGEST_SUM = 12


@bp.post("/me/tickets/<registration_id>/cancel")
@members
@WRITING
def cancel_ticket(registration_id: str) -> Response:
    """The ticket goes back, and of its money what the page promised."""
    return _leave(registration_id, kindly=False)


@bp.post("/me/tickets/<registration_id>/release")
@members
@WRITING
def release_ticket(registration_id: str) -> Response:
    """“I won’t make it”: said in time, it costs nothing and helps who waits."""
    return _leave(registration_id, kindly=True)


def seen_sum() -> int:
    """The sum that stood on the page; -1 (which never fits) for anything that is none."""
    typed = request.form.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_SUM else -1


def _leave(registration_id: str, *, kindly: bool) -> Response:
    found = get_own_ticket(registration_id, the_viewer())
    currency = found.registration.currency
    try:
        with transaction():
            back = leaving.cancel(found.registration, seen=seen_sum(), kindly=kindly)
    except DomainError as refusal:
        return again(registration_id, refusal)
    said = (
        _("Thank you for telling us. Your seat goes to who waits.")
        if kindly
        else _("Your ticket is given back.")
    )
    if back:
        said = f"{said} " + _("%(sum)s is on its way back.", sum=ticket_words.money(back, currency))
    here = url_for(".ticket", registration_id=registration_id)
    return done(here, said, fragment=lambda: again(registration_id))
