"""A programme as somebody with a ticket reads it: their places and wishes beside each session, and what goes with what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db
from portal.core.draw.models import Draw, DrawEntry
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.events.models import (
    Entry,
    Event,
    EventDay,
    EventSession,
    Registration,
    RegistrationState,
    Seats,
    SessionPlace,
    SessionWish,
    TicketType,
    Venue,
    Walk,
    WishOutcome,
)
from portal.events.queries.programme import days_of
from portal.events.rules import clashes, planning
from portal.events.rules.planning import SESSIONS


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that is good, and what kind it is."""

    registration: Registration
    kind: TicketType

    @property
    def party(self) -> int:
        return planning.party_of(self.registration)


@dataclass(slots=True)
class Line:
    """A session in somebody's programme. ``far``: sessions of their plan that do not go together with it,
    ``dearer``: those that they won; ``walk``: minutes from the one before it in their plan; ``todays``: their ticket is good on its day."""

    session: EventSession
    venue: Venue | None
    seats: Seats | None
    place: SessionPlace | None
    wish: SessionWish | None
    far: list[EventSession] = field(default_factory=list)
    dearer: list[EventSession] = field(default_factory=list)
    walk: int = 0
    todays: bool = True

    @property
    def left(self) -> int | None:
        """Places that are free; None where none are counted."""
        return None if self.seats is None else self.seats.free

    @property
    def is_drawn_for(self) -> bool:
        return self.session.entry is Entry.DRAW


@dataclass(frozen=True, slots=True)
class DrawOfSessions:
    """Where the draw stands; ``entry`` is this ticket's, ``entries`` how many there are."""

    draw: Draw
    entry: DrawEntry | None
    entries: int


@dataclass(slots=True)
class Plan:
    """One event, as one ticket sees it (or nobody's)."""

    days: list[tuple[EventDay | None, list[Line]]]
    lines: list[Line]
    drawn: DrawOfSessions | None

    def wishes(self) -> list[Line]:
        """The dearest first."""
        wished = [line for line in self.lines if line.wish is not None]
        return sorted(wished, key=lambda line: line.wish.rank if line.wish else 0)

    def mine(self) -> Iterator[Line]:
        return (line for line in self.lines if line.place is not None)


def tickets_for(event: Event, viewer: Viewer | None) -> list[Ticket]:
    """This member's good tickets for an event, oldest first. One query, none for visitors."""
    if viewer is None:
        return []
    mine = (
        sa.select(Registration, TicketType)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
        .where(
            Registration.event_id == event.id,
            Registration.member_id == viewer.id,
            Registration.state == RegistrationState.CONFIRMED,
        )
        .order_by(Registration.held_at, Registration.id)
    )
    return [Ticket(*row) for row in db.session.execute(mine)]


def ticket_among(tickets: list[Ticket], wanted: str | None) -> Ticket | None:
    """The one that is asked for, else the first; None without any."""
    named = [ticket for ticket in tickets if ticket.registration.id == wanted]
    return next(iter(named or tickets), None)


def get_session(event: Event, session_id: str) -> EventSession:
    """A session of this event. Raises NotFound."""
    found = db.session.get(EventSession, session_id)
    if found is None or found.event_id != event.id:
        raise NotFound(_("There is no such session."))
    return found


def plan_of(event: Event, ticket: Ticket | None) -> Plan:
    """Everything on the page of a plan. Four queries, however much there is."""
    lines = _lines(event, ticket.registration.id if ticket else None)
    days = days_of(event.id)
    walks = sa.select(Walk).join(Venue, Venue.id == Walk.one_id).where(Venue.event_id == event.id)
    ways = clashes.Ways.of(event, db.session.scalars(walks))
    if ticket is not None:
        _mark(lines, ways, days)
        for line in lines:
            line.todays = planning.lets_in(ticket.kind.day_id, days, line.session)
    table: dict[str | None, tuple[EventDay | None, list[Line]]] = {day.id: (day, []) for day in days}
    for line in lines:
        day = planning.day_of(days, line.session)
        table.setdefault(day.id if day else None, (day, []))[1].append(line)
    drawn = _draw(event, ticket.registration.id if ticket else "")
    return Plan([row for row in table.values() if row[1]], lines, drawn)


def _lines(event: Event, registration_id: str | None) -> list[Line]:
    """Cancelled ones only where somebody had put them into their plan or among their wishes."""
    place = sa.and_(
        SessionPlace.session_id == EventSession.id,
        SessionPlace.registration_id == registration_id,
        SessionPlace.left_at.is_(None),
    )
    wish = sa.and_(SessionWish.session_id == EventSession.id, SessionWish.registration_id == registration_id)
    statement = (
        sa.select(EventSession, Venue, Seats, SessionPlace, SessionWish)
        .outerjoin(Venue, Venue.id == EventSession.venue_id)
        .outerjoin(Seats, Seats.id == EventSession.id)
        .outerjoin(SessionPlace, place)
        .outerjoin(SessionWish, wish)
        .where(EventSession.event_id == event.id)
        .order_by(EventSession.starts_at, EventSession.id)
    )
    rows = db.session.execute(statement.execution_options(populate_existing=True))
    return [Line(*row) for row in rows]


def _mark(lines: list[Line], ways: clashes.Ways, days: list[EventDay]) -> None:
    """What clashes with the plan, what a lost wish clashed with, and the ways between what is planned on one day."""
    planned = [line for line in lines if line.place is not None and not line.session.cancelled_at]
    won = [line for line in lines if line.wish is not None and line.wish.outcome is WishOutcome.WON]
    for line in lines:
        line.far = _far(line, planned, ways)
        line.dearer = _far(line, won, ways)
    for before, line in pairwise(planned):
        if planning.day_of(days, before.session) is planning.day_of(days, line.session):
            line.walk = ways.minutes(before.session.venue_id, line.session.venue_id)


def _far(line: Line, others: list[Line], ways: clashes.Ways) -> list[EventSession]:
    return [
        other.session
        for other in others
        if other is not line and clashes.clash_of(line.session, other.session, ways)
    ]


def _draw(event: Event, registration_id: str) -> DrawOfSessions | None:
    entries = sa.select(sa.func.count()).where(DrawEntry.draw_id == Draw.id).correlate(Draw).scalar_subquery()
    mine = sa.and_(DrawEntry.draw_id == Draw.id, DrawEntry.entry_id == registration_id)
    statement = (
        sa.select(Draw, DrawEntry, entries)
        .outerjoin(DrawEntry, mine)
        .where(Draw.owner_kind == SESSIONS, Draw.owner_id == event.id)
    )
    row = db.session.execute(statement).first()
    return DrawOfSessions(row[0], row[1], row[2]) if row else None
