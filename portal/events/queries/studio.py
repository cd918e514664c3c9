"""What staff read while they make an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Permission, Viewer
from portal.core.db import db
from portal.core.draw.models import Draw
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.events.models import (
    AccessCode,
    BellEntry,
    Event,
    EventLetter,
    Pledge,
    Pool,
    Question,
    Registration,
    Scan,
    Seats,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.programme import get_event
from portal.events.rules.making import EventState

#: what only somebody leaves who was there
TRACES: tuple[Any, ...] = (Registration, WaitingEntry, BellEntry, Pledge, Scan, EventLetter)


@dataclass(frozen=True, slots=True)
class Counted:
    """An event in the list of staff, with its seats."""

    event: Event
    seats: Seats


@dataclass(frozen=True, slots=True)
class TypeRow:
    ticket: TicketType
    seats: Seats


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool with what stands in it, and how many parties wait."""

    pool: Pool
    seats: Seats
    types: list[TypeRow]
    waiting: int


@dataclass(frozen=True, slots=True)
class Tree:
    """All seats of an event; ``rows`` are the same by the id of what they count."""

    event: Seats
    pools: list[PoolRow]
    rows: dict[str, Seats]

    @property
    def tickets(self) -> list[TicketType]:
        return [row.ticket for pool in self.pools for row in pool.types]

    @property
    def is_wanted(self) -> bool:
        """Somebody has a seat, or waits for one."""
        return bool(self.event.used or any(pool.waiting for pool in self.pools))


def coming_events(cursor: str | None = None) -> Page[Counted]:
    """Published and not over, the next first. Cancelled ones stay until they would have ended."""
    shown = _counted().where(Event.published_at.is_not(None), Event.ends_at > clock.now())
    return _page(shown, cursor, ascending=True)


def drafts(cursor: str | None = None) -> Page[Counted]:
    """Not published, by their first day."""
    return _page(_counted().where(Event.published_at.is_(None)), cursor, ascending=True)


def past_events(cursor: str | None = None) -> Page[Counted]:
    """Over, the newest first."""
    over = _counted().where(Event.published_at.is_not(None), Event.ends_at <= clock.now())
    return _page(over, cursor, ascending=False)


LISTS = {EventState.COMING: coming_events, EventState.DRAFT: drafts, EventState.OVER: past_events}


def get_event_for_staff(slug: str, viewer: Viewer) -> Event:
    """Drafts are only there for who makes events. Raises NotFound."""
    event = get_event(slug)
    if not event.is_public and not viewer.can(Permission.MANAGE_EVENTS):
        raise NotFound(_("There is no event at this address."))
    return event


def tree_of(event_id: str) -> Tree:
    """The seats of an event, its pools and ticket types. Four queries."""
    rows = {row.id: row for row in db.session.scalars(sa.select(Seats).where(Seats.event_id == event_id))}
    types = [TypeRow(one, rows[one.id]) for one in types_of(event_id)]
    lines = dict(db.session.execute(_lines(event_id)).all())
    pools = [
        PoolRow(
            one, rows[one.id], [row for row in types if row.ticket.pool_id == one.id], lines.get(one.id, 0)
        )
        for one in pools_of(event_id)
    ]
    return Tree(rows[event_id], pools, rows)


def pools_of(event_id: str) -> list[Pool]:
    mine = sa.select(Pool).where(Pool.event_id == event_id)
    return list(db.session.scalars(mine.order_by(Pool.position, Pool.id)))


def types_of(event_id: str) -> list[TicketType]:
    mine = sa.select(TicketType).where(TicketType.event_id == event_id)
    return list(db.session.scalars(mine.order_by(TicketType.position, TicketType.id)))


def questions_of(event_id: str) -> list[Question]:
    """Those that are asked, in order."""
    mine = sa.select(Question).where(Question.event_id == event_id, Question.removed_at.is_(None))
    return list(db.session.scalars(mine.order_by(Question.position, Question.id)))


def codes_of(event_id: str, cursor: str | None = None) -> Page[tuple[AccessCode, TicketType]]:
    """Access codes with what they open, the newest first; never the words themselves."""
    mine = (
        sa.select(AccessCode, TicketType, AccessCode.created_at, AccessCode.id)
        .join(TicketType, TicketType.id == AccessCode.ticket_type_id)
        .where(AccessCode.event_id == event_id)
    )
    found = keyset_page(mine, (AccessCode.created_at, AccessCode.id), cursor=cursor, scalars=False)
    return Page([(row[0], row[1]) for row in found.items], found.next_cursor)


def is_untouched(event_id: str) -> bool:
    """Nobody signed up, waited, gathered, pledged, was scanned or written to, and no draw was announced. One query."""
    traces = [sa.exists().where(model.event_id == event_id) for model in TRACES]
    kinds = sa.select(TicketType.id).where(TicketType.event_id == event_id)
    drawn = sa.exists().where(sa.or_(Draw.owner_id == event_id, Draw.owner_id.in_(kinds)))
    return not db.session.scalar(sa.select(sa.or_(*traces, drawn)))


# ------------------------------------------------------------------ inside


def _counted() -> sa.Select[Event, Seats]:
    return sa.select(Event, Seats, Event.starts_at, Event.id).join(Seats, Seats.id == Event.id)  # type: ignore[return-value]


def _page(statement: sa.Select[Event, Seats], cursor: str | None, *, ascending: bool) -> Page[Counted]:
    keys = (Event.starts_at, Event.id)
    found = keyset_page(statement, keys, cursor=cursor, ascending=ascending, scalars=False)
    return Page([Counted(row[0], row[1]) for row in found.items], found.next_cursor)


def _lines(event_id: str) -> sa.Select[str, int]:
    """How many parties wait in each pool."""
    return (
        sa.select(WaitingEntry.pool_id, sa.func.count())
        .where(WaitingEntry.event_id == event_id, WaitingEntry.state == WaitingState.WAITING)
        .group_by(WaitingEntry.pool_id)
    )
