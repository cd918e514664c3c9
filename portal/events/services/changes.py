"""Those who come hear of it when time or place changed: what is owed is a row, the worker tells it in steps.

A person who signs up after a change is told nothing: their ticket was made for what holds now.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db
from portal.events.models import (
    Changed,
    Event,
    EventChange,
    EventSession,
    Registration,
    RegistrationState,
    SessionPlace,
)
from portal.events.services import hints, telling

#: people who are told in one transaction
STEP = 100
#: fields of an event that calendars show …
SHOWN_IN_CALENDARS = frozenset({"name_zh", "name_en"})
#: … and those that nobody should have to find out for themselves
TOLD_OF_EVENT = frozenset({"starts_at", "ends_at", "place_zh", "place_en", "online_url"})
TOLD_OF_SESSION = frozenset({"starts_at", "ends_at", "venue_id"})


def event_moved(event: Event) -> None:
    """Calendars learn of it; once it is published and still to come, everybody with a ticket is told."""
    event.sequence += 1
    if event.is_public and event.cancelled_at is None and clock.now() < event.ends_at:
        _owe(event, Changed.EVENT)


def session_moved(event: Event, session: EventSession) -> None:
    """The same for a session, and who takes part in it."""
    session.sequence += 1
    if event.is_public and event.cancelled_at is None and clock.now() < event.ends_at:
        _owe(event, Changed.SESSION, session)


def session_cancelled(event: Event, session: EventSession) -> None:
    """It does not happen. Who is told are those whose place ended at ``session.cancelled_at``."""
    session.sequence += 1
    if event.is_public:
        _owe(event, Changed.SESSION_CANCELLED, session, at=session.cancelled_at)


def next_owed() -> str | None:
    """The change that waits longest for somebody to be told of it."""
    owed = sa.select(EventChange.id).where(EventChange.told_at.is_(None))
    return db.session.scalar(owed.order_by(EventChange.at, EventChange.id).limit(1))


def tell_some(change_id: str) -> int:
    """Tell the next few of a change; returns how many. Nobody is left when it is 0. One worker at a time tells a change."""
    mine = sa.select(EventChange).where(EventChange.id == change_id, EventChange.told_at.is_(None))
    change = db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if change is None:
        return 0
    found = list(db.session.scalars(_whom(change).order_by(Registration.id).limit(STEP)))
    session = db.session.get(EventSession, change.session_id) if change.session_id else None
    for registration in found:
        if change.what is Changed.SESSION_CANCELLED and session is not None:
            telling.session_cancelled(registration, session)
        else:
            telling.changed(registration, session)
    if found:
        change.last_id = found[-1].id
    else:
        change.told_at = clock.now()
    db.session.flush()
    return len(found)


def _owe(
    event: Event, what: Changed, session: EventSession | None = None, at: datetime | None = None
) -> None:
    """One row, unless one of the same kind has not begun to be told."""
    session_id, at = session.id if session else None, at or clock.now()
    waiting = sa.update(EventChange).where(
        EventChange.event_id == event.id,
        EventChange.session_id == session_id,
        EventChange.what == what,
        EventChange.told_at.is_(None),
        EventChange.last_id == "",
    )
    if not changed_rows(waiting.values(at=at)):
        db.session.add(EventChange(event_id=event.id, session_id=session_id, what=what, at=at))
    db.session.flush()
    hints.changes_owed()


def _whom(change: EventChange) -> sa.Select[Registration]:
    """Tickets that were there when it changed and were not told yet."""
    statement = sa.select(Registration).where(
        Registration.event_id == change.event_id,
        Registration.id > change.last_id,
        Registration.state == RegistrationState.CONFIRMED,
        Registration.confirmed_at <= change.at,
    )
    if change.session_id is None:
        return statement
    part = sa.select(SessionPlace.registration_id).where(SessionPlace.session_id == change.session_id)
    if change.what is Changed.SESSION_CANCELLED:
        return statement.where(Registration.id.in_(part.where(SessionPlace.left_at == change.at)))
    return statement.where(Registration.id.in_(part.where(SessionPlace.left_at.is_(None))))
