"""The worker's part: what time does to holds and offers, and what is owed to members."""

from __future__ import annotations

import logging

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.jobs import periodic
from portal.events.models import Event, Registration
from portal.events.services import confirming, freeing, seats, telling, waiting

log = logging.getLogger(__name__)

AT_ONCE = 200


@periodic(minutes=1)
def expire_holds() -> None:
    """Holds whose time is over, event by event, some in each transaction."""
    for event_id in freeing.events_with_due(clock.now()):
        try:
            found = 1
            while found:
                with transaction():
                    seats.hold(event_id)
                    found = freeing.expire_due(event_id, clock.now())
        except Exception:
            log.exception("events: expiring holds failed for %s", event_id)


@periodic(minutes=1)
def release_reserves() -> None:
    """What pools kept back until now is free for all, and who waits is asked."""
    for event_id in freeing.events_with_due_reserves(clock.now()):
        try:
            with transaction():
                seats.hold(event_id)
                waiting.refill(db.session.get_one(Event, event_id))
        except Exception:
            log.exception("events: releasing reserved seats failed for %s", event_id)


@periodic(minutes=1)
def send_tickets() -> None:
    """Each in a transaction of its own: one that is broken stands in nobody's way."""
    for registration_id in confirming.untold(AT_ONCE):
        try:
            with transaction():
                if confirming.claim_telling(registration_id):
                    telling.confirmed(db.session.get_one(Registration, registration_id))
        except Exception:
            log.exception("events: sending the ticket failed for %s", registration_id)
