"""Waiting lists and opening bells in every state that their pages know."""

from __future__ import annotations

from datetime import timedelta

from portal.core import clock
from portal.core.access import Viewer
from portal.events.models import Event, Registration, TicketType
from portal.events.services import bells, leaving, lines
from tests.factories import events as make
from tests.factories.accounts import member as make_member


def lines_and_bells(holder: Viewer) -> dict[str, str]:
    """An offer, a place behind others and one that ended; a bell that gathers with the holder in it, and bells that rang."""
    return {
        "offer_slug": _offer(holder).slug,
        "line_slug": _in_line(holder).slug,
        "left_slug": _left(holder).slug,
    } | _bells(holder)


def _full(people: int = 2) -> tuple[Event, Registration, TicketType]:
    event = make.event(capacity=people)
    kind = make.ticket_type(event, capacity=people, most_children=2)
    return event, make.registration(kind, people=people), kind


def _offer(holder: Viewer) -> Event:
    event, ticket, kind = _full()
    make.waiting_entry(kind, holder, people=2)
    leaving.cancel(ticket, seen=0)
    return event


def _in_line(holder: Viewer) -> Event:
    event, ticket, kind = _full(people=4)
    for people in (1, 4, 2):
        make.waiting_entry(kind, people=people)
    make.waiting_entry(kind, holder, people=2, children=1)
    leaving.cancel(ticket, seen=0)
    return event


def _left(holder: Viewer) -> Event:
    event, _ticket, kind = _full()
    lines.leave(make.waiting_entry(kind, holder, people=2))
    return event


def _bells(holder: Viewer) -> dict[str, str]:
    event = make.event(capacity=40)
    gathers = make.belled_type(event, most_children=2)
    for people in (1, 2, 3, 1, 2):
        make.bell_entry(gathers, people=people)
    make.bell_entry(gathers, holder, people=2)
    return {"bell_slug": event.slug, "bell": gathers.id} | _rung(holder, "won", 40) | _rung(holder, "line", 1)


def _rung(holder: Viewer, name: str, capacity: int) -> dict[str, str]:
    """It rang: with room for all, or for one."""
    event = make.event(capacity=capacity)
    kind = make.belled_type(event, capacity=capacity)
    for _number in range(5):
        make.bell_entry(kind, make_member())
    make.bell_entry(kind, holder)
    kind.bell_closes_at = clock.now() - timedelta(minutes=1)
    while bells.ring(event.id, kind.id):
        pass
    return {f"bell_{name}_slug": event.slug, f"bell_{name}": kind.id}
