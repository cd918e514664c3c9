"""The worker's part in draws of sessions: the list freezes when the time for wishes is over; a mixed draw follows at once."""

from __future__ import annotations

import logging

from portal.core.db import db, transaction
from portal.core.draw.models import DrawMethod
from portal.core.jobs import periodic
from portal.events.models import Event
from portal.events.services import session_draw

log = logging.getLogger(__name__)

AT_ONCE = 20


@periodic(minutes=1)
def draw_sessions() -> None:
    """Each event in transactions of its own: one that cannot be drawn stands in nobody's way."""
    for event_id in session_draw.due(AT_ONCE):
        try:
            with transaction():
                method = session_draw.freeze(db.session.get_one(Event, event_id), by=None).method
            if method is DrawMethod.MIXED:
                with transaction():
                    session_draw.run(db.session.get_one(Event, event_id), None, by=None)
        except Exception:
            log.exception("events: drawing the sessions of %s failed", event_id)
