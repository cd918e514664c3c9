"""Where the QR on a ticket leads: to one's own ticket, to the door for staff, and for everybody else nowhere in particular."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, public, viewer
from portal.core.db import db
from portal.core.web import go, page
from portal.events.models import Event
from portal.events.queries.tickets import registration_with
from portal.events.rules.codes import code_from, shown_code
from portal.events.views.blueprint import bp


@bp.get("/t/<code>")
@public
def scanned(code: str) -> Response:
    """The same page for every code, true or not, unless one holds the ticket or runs the door."""
    me, read = viewer(), code_from(code)
    registration = registration_with(read[0]) if me and read else None
    if me and read and registration:
        if registration.member_id == me.id:
            return go(url_for(".ticket", registration_id=registration.id))
        if me.can(Permission.RUN_DOOR):
            event = db.session.get_one(Event, registration.event_id)
            # with its seal, so that the door knows it was read and not typed
            return go(
                url_for("events_console.door", slug=event.slug, code=code if read[1] else shown_code(read[0]))
            )
    return page("events/scanned.html")
