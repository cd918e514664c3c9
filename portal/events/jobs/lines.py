"""The worker's part for who waits: opening bells ring, lines that missed a seat are asked, lines that lead nowhere end."""

from __future__ import annotations

import logging
from collections.abc import Callable

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.jobs import periodic
from portal.events.models import TicketType
from portal.events.services import bells, lines

log = logging.getLogger(__name__)


@periodic(minutes=1)
def ring_bells() -> None:
    """Publish the hashes of bells that gather soon; ring those that are due, step by step until nothing is left to do."""
    for ticket_type_id in bells.unannounced(clock.now()):
        with transaction():
            bells.open_bell(db.session.get_one(TicketType, ticket_type_id))
    for event_id, ticket_type_id in bells.due(clock.now()):
        try:
            goes_on = True
            while goes_on:
                with transaction():
                    goes_on = bells.ring(event_id, ticket_type_id)
        except Exception:
            log.exception("events: the bell of %s failed", ticket_type_id)


@periodic(minutes=1)
def look_after_lines() -> None:
    """Who waits or gathers in vain is told; who waits is asked wherever a seat is free and nobody noticed."""
    for event_id in bells.events_in_vain():
        _step(event_id, bells.close_in_vain)
    for event_id in lines.events_with_line():
        _step(event_id, lines.close_over)
        _step(event_id, lines.ask_line)


def _step(event_id: str, step: Callable[[str], object]) -> None:
    try:
        with transaction():
            step(event_id)
    except Exception:
        log.exception("events: the line of %s failed", event_id)
