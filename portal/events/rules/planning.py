"""What somebody with a ticket may put into their plan, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.events.models import Entry, Event, EventDay, EventSession, Registration, RegistrationState

#: what the draw of an event's sessions calls its owner
SESSIONS = "sessions"
#: wishes in one draw: more would be a list of everything
MOST_WISHES = 10


def party_of(registration: Registration) -> int:
    """Everybody who may come along to a session: children sit there too."""
    return registration.people + registration.children


def is_theirs(registration: Registration, member_id: str) -> bool:
    """Whether this is a ticket that is good now, in these hands."""
    return registration.member_id == member_id and registration.state is RegistrationState.CONFIRMED


def day_of(days: Iterable[EventDay], session: EventSession) -> EventDay | None:
    """The day a session belongs to: the last whose doors open before it begins, so a night belongs to its evening."""
    ordered = sorted(days, key=lambda day: day.starts_at)
    begun = [day for day in ordered if day.starts_at <= session.starts_at]
    return next(iter(reversed(begun or ordered[:1])), None)


def lets_in(ticket_day_id: str | None, days: Iterable[EventDay], session: EventSession) -> bool:
    """Whether a ticket for one day (None: for all of them) is good at this session."""
    day = day_of(days, session)
    return ticket_day_id is None or (day is not None and day.id == ticket_day_id)


def is_open(event: Event, session: EventSession, now: datetime) -> bool:
    """Whether it can still be put into a plan."""
    return not event.cancelled_at and not session.cancelled_at and now < session.ends_at


def takes_wishes(event: Event, session: EventSession, now: datetime) -> bool:
    """Whether its draw is still ahead; whether the draw is open is said there."""
    return (
        session.entry is Entry.DRAW
        and is_open(event, session, now)
        and event.wishes_until is not None
        and now < event.wishes_until
    )
