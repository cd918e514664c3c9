"""What staff began and the worker carries out: letters, and the end of events that were called off."""

from __future__ import annotations

import logging

from portal.core.db import transaction
from portal.core.jobs import periodic, task
from portal.events.services import calling_off, letters, seats

log = logging.getLogger(__name__)

AT_ONCE = 100


@task
def send_letters() -> None:
    """Some members in each transaction: a killed worker goes on where it stopped."""
    for letter_id in letters.unsent():
        try:
            found = 1
            while found:
                with transaction():
                    found = letters.send_some(letter_id, AT_ONCE)
        except Exception:
            log.exception("events: sending letter %s failed", letter_id)


@task
def end_called_off() -> None:
    """Each ticket in a transaction of its own: one that is broken stands in nobody's way."""
    for event_id in calling_off.owing():
        before: list[str] = []
        while (found := calling_off.tickets(event_id, AT_ONCE)) and found != before:
            for registration_id in found:
                _end(registration_id)
            before = found
        closed = 1
        while closed:
            with transaction():
                seats.hold(event_id)
                closed = calling_off.close_lines(event_id, AT_ONCE)


def _end(registration_id: str) -> None:
    try:
        with transaction():
            calling_off.end_ticket(registration_id)
    except Exception:
        log.exception("events: ending ticket %s failed", registration_id)


@periodic(minutes=1)
def find_letters() -> None:
    """What a lost hint has left."""
    send_letters()


@periodic(minutes=1)
def find_called_off() -> None:
    end_called_off()
