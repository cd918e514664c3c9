"""Reminders before an event: a week, a day and some hours before, each once for the hour they were said of; and where to click,
for what happens online.

Who signed up when a reminder was due already does not get it: what they read a moment ago need not be said again. Of reminders
that a sleeping worker missed only the last is told. When an event moves, those whose time lies ahead again come again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db, insert_missing, lock_row
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

#: when a ticket's day begins; where no days are told apart, the event
_begins = sa.func.coalesce(EventDay.starts_at, Event.starts_at, type_=Event.starts_at.type)


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
    ends = sa.func.coalesce(EventDay.ends_at, Event.ends_at, type_=Event.ends_at.type)
    statement = (
        sa.select(TicketType.id, Event.online_url, _begins.label("begins"), ends.label("ends"))
        .join(Event, Event.id == TicketType.event_id)
        .outerjoin(EventDay, EventDay.id == TicketType.day_id)
        .where(Event.published_at.is_not(None), Event.cancelled_at.is_(None))
        .where(_begins <= now + max(BEFORE.values()), ends > now)
        .order_by(_begins, TicketType.id)
    )
    rows = db.session.execute(statement)
    return [due for row in rows for due in _due(row.id, row.begins, now, online=bool(row.online_url))]


def next_to_remind(due: Due, limit: int) -> list[str]:
    """Tickets whose holders have not heard it yet. None when their day moved meanwhile."""
    heard = sa.exists().where(Reminder.registration_id == Registration.id, Reminder.kind == due.kind)
    waiting = (
        sa.select(Registration.id)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
        .join(Event, Event.id == TicketType.event_id)
        .outerjoin(EventDay, EventDay.id == TicketType.day_id)
        .where(TicketType.id == due.ticket_type_id, _begins == due.starts_at)
        .where(Registration.state == RegistrationState.CONFIRMED, ~heard)
    )
    if due.since is not None:
        waiting = waiting.where(Registration.confirmed_at <= due.since)
    return list(db.session.scalars(waiting.order_by(Registration.id).limit(limit)))


def remind(registration_id: str, due: Due) -> bool:
    """Tell it, once unless the day moves (:func:`begin_anew`). False when it was told, or the ticket ended meanwhile."""
    lock_row(Registration, registration_id, whole=False)
    registration = db.session.get_one(Registration, registration_id, populate_existing=True)
    if registration.state is not RegistrationState.CONFIRMED:
        return False
    row = {"registration_id": registration_id, "kind": due.kind, "at": clock.now()}
    if insert_missing(Reminder, [row]) != 1:
        return False
    telling.reminded(registration, due.kind, due.starts_at)
    return True


def begin_anew(event: Event) -> None:
    """The event or a day of it moved: what was said and lies ahead again is forgotten, so that it is said once more."""
    now, kinds = clock.now(), {**BEFORE, ReminderKind.ONLINE: ONLINE_BEFORE}
    for kind, before in kinds.items():
        ahead = (
            sa.select(Registration.id)
            .join(TicketType, TicketType.id == Registration.ticket_type_id)
            .join(Event, Event.id == TicketType.event_id)
            .outerjoin(EventDay, EventDay.id == TicketType.day_id)
            .where(Registration.event_id == event.id, _begins > now + before)
        )
        changed_rows(sa.delete(Reminder).where(Reminder.kind == kind, Reminder.registration_id.in_(ahead)))


def _due(ticket_type_id: str, begins: datetime, now: datetime, *, online: bool) -> Iterator[Due]:
    if online and now >= begins - ONLINE_BEFORE:
        yield Due(ticket_type_id, ReminderKind.ONLINE, begins, None)
    if now >= begins:
        return
    for kind, before in BEFORE.items():
        if now >= begins - before:
            yield Due(ticket_type_id, kind, begins, begins - before)
            return
