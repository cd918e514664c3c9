"""What the door says to a ticket. The same rules stand in ``static/js/door/rules.js`` for doors without a network; a test walks
both through the same cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.core import clock
from portal.events.models import (
    CodeEnded,
    EventDay,
    Registration,
    RegistrationState,
    ScanResult,
    TicketCode,
)

#: what was said wrongly can be taken back until so long after the doors closed
EVENING = timedelta(hours=8)


class State(StrEnum):
    """What became of a code."""

    GOOD = "good"
    HELD = "held"
    PASSED_ON = "passed_on"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Window:
    """A day as the door sees it: a moment in ``begins <= moment < ends`` belongs to it. A night belongs to its evening."""

    day_id: str
    begins: datetime
    opens: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A party of ``size`` (children too), ``inside`` of it today. ``stamped``, ``has_place``: at the session that was chosen."""

    state: State
    size: int
    inside: int = 0
    day_id: str | None = None
    early_minutes: int = 0
    stamped: bool = False
    has_place: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """``people`` come in now. ``against`` is what spoke against it: waived by staff, or (``conflict``) not known at the door."""

    result: ScanResult
    people: int = 0
    day_id: str | None = None
    against: ScanResult | None = None
    conflict: bool = False


_ENDED = {
    State.ELSEWHERE: ScanResult.WRONG_EVENT,
    State.PASSED_ON: ScanResult.PASSED_ON,
    State.CANCELLED: ScanResult.CANCELLED,
    State.HELD: ScanResult.NOT_PAID,
}


def state_of(event_id: str, registration: Registration, code: TicketCode) -> State:
    """What became of a code, seen from the door of an event."""
    if registration.event_id != event_id:
        return State.ELSEWHERE
    if code.ended is CodeEnded.PASSED_ON:
        return State.PASSED_ON
    if registration.state is RegistrationState.HELD:
        return State.HELD
    confirmed = registration.state is RegistrationState.CONFIRMED and code.ended_at is None
    return State.GOOD if confirmed else State.CANCELLED


def windows(days: Sequence[EventDay], zone: str) -> list[Window]:
    """Each day from midnight in ``zone`` to the next one, or until its doors close if that is later. They never overlap."""
    found: list[Window] = []
    for day in sorted(days, key=lambda one: one.day):
        begins = clock.day_start(day.day, zone)
        if found:
            begins = max(begins, found[-1].ends)
        ends = max(clock.wall_time(day.day, 24 * 60, zone), day.ends_at)
        found.append(Window(day.id, begins, day.starts_at, ends))
    return found


def window_at(found: Sequence[Window], moment: datetime) -> Window | None:
    return next((one for one in found if one.begins <= moment < one.ends), None)


def decide(
    ticket: Ticket | None,
    window: Window | None,
    at: datetime,
    *,
    people: int | None = None,
    in_session: bool = False,
    anyway: bool = False,
) -> Decision:
    """What is said to so many ``people`` (None: all that are left outside). ``anyway`` lets a party without a place into a
    session; nothing else can be waived."""
    day_id = window.day_id if window else None
    if ticket is None:
        return Decision(ScanResult.UNKNOWN, day_id=day_id)
    if ticket.state in _ENDED:
        return Decision(_ENDED[ticket.state], day_id=day_id)
    if window is None or ticket.day_id not in (None, window.day_id):
        return Decision(ScanResult.WRONG_DAY, day_id=day_id)
    if in_session:
        return _at_session(ticket, window, anyway)
    if at < window.opens - timedelta(minutes=ticket.early_minutes):
        return Decision(ScanResult.TOO_EARLY, day_id=day_id)
    left = ticket.size - ticket.inside
    if left <= 0:
        return Decision(ScanResult.DUPLICATE, day_id=day_id)
    if people is not None and people > left:
        return Decision(ScanResult.TOO_MANY, day_id=day_id)
    return Decision(ScanResult.ADMITTED, people or left, day_id)


def _at_session(ticket: Ticket, window: Window, anyway: bool) -> Decision:
    """A stamp for the session. Whom the door did not count is in from here on."""
    if ticket.stamped:
        return Decision(ScanResult.DUPLICATE, day_id=window.day_id)
    if not (ticket.has_place or anyway):
        return Decision(ScanResult.NO_PLACE, day_id=window.day_id)
    people = ticket.size if ticket.inside == 0 else 0
    against = None if ticket.has_place else ScanResult.NO_PLACE
    return Decision(ScanResult.ADMITTED, people, window.day_id, against)


def may_undo(day: EventDay | None, at: datetime, now: datetime) -> bool:
    """Whether what was scanned at ``at`` can still be taken back: until the evening of its day is over."""
    return now <= max(day.ends_at if day else at, at) + EVENING
