"""Reminders before an event: a week, a day and some hours before, each once; and where to click, for what happens online.

Who signed up when a reminder was due already does not get it: what they read a moment ago need not be said again. Of reminders
that a sleeping worker missed only the last is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, insert_missing, lock_row
from portal.events.models import (
    Event,
    EventDay,
    Registration,
    RegistrationState,
    Reminder,
    ReminderKind,
    TicketType,
)
from portal.events.services import telling

#: so long before the start, the latest first
BEFORE = {
    ReminderKind.HOURS: timedelta(hours=3),
    ReminderKind.DAY: timedelta(days=1),
    ReminderKind.WEEK: timedelta(days=7),
}
ONLINE_BEFORE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be told now to all who hold this kind of ticket and signed up before ``since`` (None: whenever)."""

    ticket_type_id: str
    kind: ReminderKind
    starts_at: datetime
    since: datetime | None


def due_now() -> list[Due]:
    """All reminders whose time has come, for events that have not begun (and where to click, until they end). One query."""
    now = clock.now()
    begins = sa.func.coalesce(EventDay.starts_at, Event.starts_at, type_=Event.starts_at.type)
    ends = sa.func.coalesce(EventDay.ends_at, Event.ends_at, type_=Event.ends_at.type)
    statement = (
        sa.select(TicketType.id, Event.online_url, begins.label("begins"), ends.label("ends"))
        .join(Event, Event.id == TicketType.event_id)
        .outerjoin(EventDay, EventDay.id == TicketType.day_id)
        .where(Event.published_at.is_not(None), Event.cancelled_at.is_(None))
        .where(begins <= now + max(BEFORE.values()), ends > now)
        .order_by(begins, TicketType.id)
    )
    rows = db.session.execute(statement)
    return [due for row in rows for due in _due(row.id, row.begins, now, online=bool(row.online_url))]


def next_to_remind(due: Due, limit: int) -> list[str]:
    """Tickets whose holders have not heard it yet."""
    heard = sa.exists().where(Reminder.registration_id == Registration.id, Reminder.kind == due.kind)
    waiting = sa.select(Registration.id).where(
        Registration.ticket_type_id == due.ticket_type_id,
        Registration.state == RegistrationState.CONFIRMED,
        ~heard,
    )
    if due.since is not None:
        waiting = waiting.where(Registration.confirmed_at <= due.since)
    return list(db.session.scalars(waiting.order_by(Registration.id).limit(limit)))


def remind(registration_id: str, due: Due) -> bool:
    """Tell it, once for ever. False when it was told, or the ticket ended meanwhile."""
    lock_row(Registration, registration_id, whole=False)
    registration = db.session.get_one(Registration, registration_id, populate_existing=True)
    if registration.state is not RegistrationState.CONFIRMED:
        return False
    row = {"registration_id": registration_id, "kind": due.kind, "at": clock.now()}
    if insert_missing(Reminder, [row]) != 1:
        return False
    telling.reminded(registration, due.kind, due.starts_at)
    return True


def _due(ticket_type_id: str, begins: datetime, now: datetime, *, online: bool) -> Iterator[Due]:
    if online and now >= begins - ONLINE_BEFORE:
        yield Due(ticket_type_id, ReminderKind.ONLINE, begins, None)
    if now >= begins:
        return
    for kind, before in BEFORE.items():
        if now >= begins - before:
            yield Due(ticket_type_id, kind, begins, begins - before)
            return
