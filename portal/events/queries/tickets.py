"""What somebody holds: tickets to come, seats that are kept, and what is over; and one ticket with all that stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.paging import Page, keyset_page
from portal.events.models import (
    Arrival,
    Event,
    EventDay,
    Guest,
    PassOn,
    Registration,
    RegistrationState,
    TicketCode,
    TicketType,
)
from portal.stories.models import Hashtag

#: nobody keeps seats in more places at once; the page shows so many
MOST_HELD = 24
_taken = sa.select(PassOn.registration_id).where(PassOn.taken_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Ticket:
    """A registration with what it is for."""

    registration: Registration
    event: Event
    ticket_type: TicketType
    picture: Photo | None = None
    hashtag: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day this ticket is good for, and how many of the party came in on it (None: nobody yet)."""

    day: EventDay
    arrival: Arrival | None


def held(viewer: Viewer, now: datetime) -> list[Ticket]:
    """Seats that are kept for them, offers of the waiting list too; what ends first comes first. One query."""
    statement = _tickets().where(
        Registration.member_id == viewer.id,
        Registration.state == RegistrationState.HELD,
        Registration.hold_until > now,
    )
    rows = db.session.execute(statement.order_by(Registration.hold_until, Registration.id).limit(MOST_HELD))
    return [Ticket(*row) for row in rows]


def coming(viewer: Viewer, now: datetime, cursor: str | None = None) -> Page[Ticket]:
    """Tickets for what is not over yet, what begins first comes first. One query."""
    statement = _tickets(Event.starts_at.label("starts_at"), Registration.id.label("ticket_id")).where(
        Registration.member_id == viewer.id,
        Registration.state == RegistrationState.CONFIRMED,
        Event.ends_at > now,
    )
    keys = (Event.starts_at.label("starts_at"), Registration.id.label("ticket_id"))
    return _paged(statement, keys, cursor, ascending=True)


def past(viewer: Viewer, now: datetime, cursor: str | None = None) -> Page[Ticket]:
    """What is over: keepsakes, what was given back, what ran out, and what they passed on; the latest first. One query."""
    mine = sa.and_(
        Registration.member_id == viewer.id,
        sa.or_(
            Registration.state.in_((RegistrationState.CANCELLED, RegistrationState.EXPIRED)),
            sa.and_(Registration.state == RegistrationState.CONFIRMED, Event.ends_at <= now),
        ),
    )
    given = sa.and_(
        Registration.id.in_(_taken.where(PassOn.giver_id == viewer.id)), Registration.member_id != viewer.id
    )
    statement = _tickets(Registration.held_at.label("held_at"), Registration.id.label("ticket_id"))
    keys = (Registration.held_at.label("held_at"), Registration.id.label("ticket_id"))
    return _paged(statement.where(sa.or_(mine, given)), keys, cursor)


def get_ticket(registration_id: str, viewer: Viewer) -> Ticket:
    """A ticket they hold, or held until they passed it on. Raises NotFound."""
    statement = _with_picture().where(
        Registration.id == registration_id,
        sa.or_(
            Registration.member_id == viewer.id,
            Registration.id.in_(_taken.where(PassOn.giver_id == viewer.id)),
        ),
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(_("There is no ticket of yours at this address."))
    return Ticket(*row)


def get_own_ticket(registration_id: str, viewer: Viewer) -> Ticket:
    """A ticket that is theirs now. Raises NotFound."""
    found = get_ticket(registration_id, viewer)
    if found.registration.member_id != viewer.id:
        raise NotFound(_("There is no ticket of yours at this address."))
    return found


def ticket_of_link(link: PassOn) -> Ticket:
    """What a link to take a ticket over is about."""
    return Ticket(*db.session.execute(_with_picture().where(Registration.id == link.registration_id)).one())


def registration_with(code: str) -> Registration | None:
    """The registration whose ticket carries this code, or carried it once."""
    statement = sa.select(Registration).join(TicketCode, TicketCode.registration_id == Registration.id)
    return db.session.scalar(statement.where(TicketCode.code == code))


def guests_of(registration_id: str) -> list[Guest]:
    """The party in order: who holds the ticket, then who comes along."""
    mine = sa.select(Guest).where(Guest.registration_id == registration_id).order_by(Guest.position)
    return list(db.session.scalars(mine))


def days_of(ticket: Ticket) -> list[Day]:
    """The days it is good for, with the arrivals. One query."""
    of_it = sa.and_(Arrival.day_id == EventDay.id, Arrival.registration_id == ticket.registration.id)
    statement = sa.select(EventDay, Arrival).outerjoin(Arrival, of_it)
    statement = statement.where(EventDay.event_id == ticket.event.id)
    if ticket.ticket_type.day_id:
        statement = statement.where(EventDay.id == ticket.ticket_type.day_id)
    rows = db.session.execute(statement.order_by(EventDay.day))
    return [Day(day, arrival if arrival and arrival.people else None) for day, arrival in rows]


def is_somebody_in(registration_id: str) -> bool:
    """Whether anybody of the party came in, on any day. One query."""
    mine = sa.select(Registration.id).where(Registration.id == registration_id, somebody_in())
    return db.session.scalar(mine) is not None


def somebody_in() -> sa.ColumnElement[bool]:
    """Of a registration: anybody of its party came in."""
    return sa.exists().where(Arrival.registration_id == Registration.id, Arrival.people > 0)


def open_link(registration_id: str) -> PassOn | None:
    """The link that somebody may open to take this ticket over."""
    return db.session.scalar(
        sa.select(PassOn).where(
            PassOn.registration_id == registration_id,
            PassOn.taken_at.is_(None),
            PassOn.withdrawn_at.is_(None),
        )
    )


def passed_on_by(registration_id: str, viewer: Viewer) -> PassOn | None:
    """How this ticket left this member's hands, the last time it did."""
    statement = sa.select(PassOn).where(
        PassOn.registration_id == registration_id,
        PassOn.giver_id == viewer.id,
        PassOn.taken_at.is_not(None),
    )
    return db.session.scalar(statement.order_by(PassOn.taken_at.desc()).limit(1))


def day_now(days: list[Day], now: datetime) -> Day | None:
    """The day whose doors are open now, or that is the next; the last one once all are over."""
    return next((one for one in days if one.day.ends_at > now), days[-1] if days else None)


def _tickets(*more: sa.Label[Any]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Registration, Event, TicketType, *more)
        .join(Event, Event.id == Registration.event_id)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
    )


def _with_picture() -> sa.Select[*tuple[Any, ...]]:
    ready = sa.and_(Photo.id == Event.picture, Photo.state == PhotoState.READY)
    statement = _tickets().add_columns(Photo, Hashtag.name)
    return statement.outerjoin(Photo, ready).outerjoin(Hashtag, Hashtag.id == Event.hashtag_id)


def _paged(
    statement: sa.Select[*tuple[Any, ...]],
    keys: tuple[sa.Label[Any], ...],
    cursor: str | None,
    *,
    ascending: bool = False,
) -> Page[Ticket]:
    page = keyset_page(statement, keys, cursor=cursor, ascending=ascending, scalars=False)
    return Page([Ticket(*row[:3]) for row in page.items], page.next_cursor)
