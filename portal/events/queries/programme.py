"""An event with its days, places and sessions: what everybody reads, and what staff find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.core.access import Permission, Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.slugs import LONGEST_SLUG
from portal.events.models import Event, EventDay, EventSession, Seats, TicketType, Venue


@dataclass(frozen=True, slots=True)
class Planned:
    """A session, where it is, and how many of its places are counted (None: as many as come)."""

    session: EventSession
    venue: Venue | None
    seats: Seats | None

    @property
    def left(self) -> int | None:
        """Places that are free; None where none are counted."""
        return None if self.seats is None else self.seats.free


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything that happens at an event, in the order of time."""

    days: list[EventDay]
    venues: list[Venue]
    sessions: list[Planned]

    def by_day(self) -> list[tuple[EventDay, list[Planned]]]:
        """Each day with its sessions: those that begin before the next day's doors open, so a night belongs to its evening."""
        table: list[tuple[EventDay, list[Planned]]] = [(day, []) for day in self.days]
        for planned in self.sessions:
            begun = [row for row in table if row[0].starts_at <= planned.session.starts_at]
            if table:
                (begun[-1] if begun else table[0])[1].append(planned)
        return table


def find_event(slug: str) -> Event | None:
    """The event at this address, whatever its state."""
    if not slug or len(slug) > LONGEST_SLUG:
        return None
    return db.session.scalar(_AT, {"slug": slug})


_AT = sa.select(Event).where(Event.slug == sa.bindparam("slug"))


def get_event(slug: str) -> Event:
    """For staff: drafts too. Raises NotFound."""
    event = find_event(slug)
    if event is None:
        raise NotFound(_("There is no event at this address."))
    return event


def get_public_event(slug: str, viewer: Viewer | None) -> Event:
    """What everybody may read, cancelled ones too. A draft is only there for who makes events. Raises NotFound."""
    event = get_event(slug)
    if not event.is_public and not may_see_drafts(viewer):
        raise NotFound(_("There is no event at this address."))
    return event


def may_see_drafts(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.can(Permission.MANAGE_EVENTS)


def days_of(event_id: str) -> list[EventDay]:
    """In their order. One query."""
    return list(
        db.session.scalars(sa.select(EventDay).where(EventDay.event_id == event_id).order_by(EventDay.day))
    )


def begins_for(event: Event, kind: TicketType) -> datetime:
    """When the doors open to who holds such a ticket: on its own day, or with the event. At most one query."""
    if kind.day_id is None:
        return event.starts_at
    return db.session.get_one(EventDay, kind.day_id).starts_at


def venues_of(event_id: str) -> list[Venue]:
    """In their order. One query."""
    mine = sa.select(Venue).where(Venue.event_id == event_id).order_by(Venue.position, Venue.id)
    return list(db.session.scalars(mine))


def sessions_of(event_id: str, *, cancelled: bool = False) -> list[Planned]:
    """By time, each with its place and its seats; with ``cancelled`` also those that do not happen. One query."""
    statement = (
        sa.select(EventSession, Venue, Seats)
        .outerjoin(Venue, Venue.id == EventSession.venue_id)
        .outerjoin(Seats, Seats.id == EventSession.id)
        .where(EventSession.event_id == event_id)
        .order_by(EventSession.starts_at, EventSession.id)
    )
    if not cancelled:
        statement = statement.where(EventSession.cancelled_at.is_(None))
    rows = db.session.execute(statement.execution_options(populate_existing=True))
    return [Planned(*row) for row in rows]


def programme_of(event_id: str) -> Programme:
    """Days, places and sessions that happen. Three queries, however many there are."""
    return Programme(days_of(event_id), venues_of(event_id), sessions_of(event_id))
