"""Who comes to an event, as staff read it: lists with filters, one party, figures, and whom a letter reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.events.models import (
    STILL_IN,
    Arrival,
    Event,
    Guest,
    Question,
    Registration,
    RegistrationState,
    TicketType,
    WaitingEntry,
)


class Show(StrEnum):
    """Which part of those who signed up."""

    COMING = "coming"
    HELD = "held"
    HERE = "here"
    MISSING = "missing"
    HELP = "help"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """``words``: a name, a member's number or a ticket's code."""

    show: Show = Show.COMING
    ticket_type_id: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One registration with who holds it, for what, and how many of it are in."""

    registration: Registration
    member: Member
    ticket_type: TicketType
    arrived: int
    id: str
    held_at: datetime


def parties(event: Event, wanted: PeopleFilter, cursor: str | None) -> Page[Party]:
    """Those who fit, the newest first. One query."""
    columns = (Registration.held_at, Registration.id)
    found = keyset_page(_fitting(event, wanted), columns, cursor=cursor, scalars=False)
    return Page([_party(row) for row in found.items], found.next_cursor)


def every_party(event: Event, wanted: PeopleFilter) -> Iterator[Party]:
    """All of them, a hundred at a time."""
    statement = _fitting(event, wanted).order_by(Registration.held_at, Registration.id)
    for row in db.session.execute(statement.execution_options(yield_per=100)):
        yield _party(row)


def get_party(event: Event, registration_id: str) -> Party:
    """One registration of this event. Raises NotFound."""
    row = db.session.execute(
        _rows().where(Registration.event_id == event.id, Registration.id == registration_id)
    )
    if (found := row.one_or_none()) is None:
        raise NotFound(_("There is no such sign-up."))
    return _party(found)


def guests_of(registration_id: str) -> list[Guest]:
    mine = sa.select(Guest).where(Guest.registration_id == registration_id).order_by(Guest.position)
    return list(db.session.scalars(mine))


def kinds_of(event_id: str) -> list[TicketType]:
    """All ticket types, closed ones too, in their order."""
    mine = sa.select(TicketType).where(TicketType.event_id == event_id)
    return list(db.session.scalars(mine.order_by(TicketType.position, TicketType.id)))


def asked_at(event_id: str) -> list[Question]:
    """All questions that ever were, in their order: removed ones keep their answers."""
    mine = sa.select(Question).where(Question.event_id == event_id)
    return list(db.session.scalars(mine.order_by(Question.position, Question.id)))


def figures(event: Event) -> dict[str, int]:
    """How many people are coming, hold seats, are in, wait, and have gone. One query."""
    people = Registration.people + Registration.children
    arrived = _arrived().scalar_subquery()
    mine = Registration.event_id == event.id
    confirmed = Registration.state == RegistrationState.CONFIRMED
    waiting = sa.select(sa.func.coalesce(sa.func.sum(WaitingEntry.people), 0)).where(
        WaitingEntry.event_id == event.id, WaitingEntry.state.in_(STILL_IN)
    )
    row = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((confirmed, people), else_=0)), 0).label("coming"),
            sa.func.coalesce(
                sa.func.sum(sa.case((Registration.state == RegistrationState.HELD, people), else_=0)), 0
            ).label("held"),
            sa.func.coalesce(sa.func.sum(sa.case((confirmed, arrived), else_=0)), 0).label("here"),
            sa.func.coalesce(
                sa.func.sum(sa.case((confirmed & Registration.needs_help, 1), else_=0)), 0
            ).label("help"),
            waiting.scalar_subquery().label("waiting"),
        ).where(mine)
    ).one()
    return {name: int(value) for name, value in row._mapping.items()}


def line_of(event: Event, cursor: str | None) -> Page[Any]:
    """Who waits, by pool and turn: (entry, member, ticket type)."""
    statement = (
        sa.select(WaitingEntry, Member, TicketType, WaitingEntry.pool_id, WaitingEntry.turn)
        .join(Member, Member.id == WaitingEntry.member_id)
        .join(TicketType, TicketType.id == WaitingEntry.ticket_type_id)
        .where(WaitingEntry.event_id == event.id, WaitingEntry.state.in_(STILL_IN))
    )
    columns = (WaitingEntry.pool_id, WaitingEntry.turn)
    return keyset_page(statement, columns, cursor=cursor, ascending=True, scalars=False)


def reached(event_id: str, wanted: PeopleFilter) -> sa.Select[Any]:
    """Ids of the members whom a letter to these reaches, each once."""
    event = db.session.get_one(Event, event_id)
    return _fitting(event, wanted).with_only_columns(Registration.member_id).distinct()


def _rows() -> sa.Select[Any]:
    return (
        sa.select(
            Registration,
            Member,
            TicketType,
            _arrived().scalar_subquery().label("arrived"),
            Registration.id,
            Registration.held_at,
        )
        .join(Member, Member.id == Registration.member_id)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
    )


def _arrived() -> sa.Select[Any]:
    """The most people of a registration that were in on one day."""
    most = sa.select(sa.func.coalesce(sa.func.max(Arrival.people), 0))
    return most.where(Arrival.registration_id == Registration.id).correlate(Registration)


def _fitting(event: Event, wanted: PeopleFilter) -> sa.Select[Any]:
    statement = _rows().where(Registration.event_id == event.id, _shown(wanted.show))
    if wanted.ticket_type_id:
        statement = statement.where(Registration.ticket_type_id == wanted.ticket_type_id)
    if words := " ".join(wanted.words.split()):
        statement = statement.where(_said(words))
    return statement


def _shown(show: Show) -> sa.ColumnElement[bool]:
    confirmed = Registration.state == RegistrationState.CONFIRMED
    came = sa.exists().where(Arrival.registration_id == Registration.id, Arrival.people > 0)
    return {
        Show.COMING: confirmed,
        Show.HELD: Registration.state == RegistrationState.HELD,
        Show.HERE: confirmed & came,
        Show.MISSING: confirmed & ~came,
        Show.HELP: confirmed & Registration.needs_help,
        Show.ENDED: Registration.ended_at.is_not(None),
    }[show]


def _said(words: str) -> sa.ColumnElement[bool]:
    """A name on the ticket or the account, a number, or a code."""
    found = [
        Registration.name.icontains(words, autoescape=True),
        Member.display_name.icontains(words, autoescape=True),
        Registration.code == words.upper().replace("-", "").replace(" ", ""),
    ]
    digits = words.upper().removeprefix("NO.").strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        found.append(Member.number == int(digits))
    return sa.or_(*found)


def _party(row: Any) -> Party:
    return Party(row.Registration, row.Member, row.TicketType, row.arrived, row.id, row.held_at)
