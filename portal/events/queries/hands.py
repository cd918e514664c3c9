"""The list for hands: who comes with a ticket type, by name, to be printed and ticked off when nothing else works."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from portal.core.db import db
from portal.events.models import Event, Guest, Registration, RegistrationState, TicketType
from portal.events.queries import door


@dataclass(frozen=True, slots=True)
class Line:
    """A party: who holds the ticket, who comes along, what they need."""

    registration: Registration
    guests: list[Guest]
    helps: list[str]


@dataclass(frozen=True, slots=True)
class Letter:
    """Those whose surname begins alike."""

    letter: str
    lines: list[Line]


def ticket_types(event_id: str) -> list[tuple[TicketType, int]]:
    """Ticket types in their order, each with how many tickets there are. One query."""
    confirmed = sa.and_(
        Registration.ticket_type_id == TicketType.id, Registration.state == RegistrationState.CONFIRMED
    )
    statement = (
        sa.select(TicketType, sa.func.count(Registration.id))
        .outerjoin(Registration, confirmed)
        .where(TicketType.event_id == event_id)
        .group_by(TicketType.id)
        .order_by(TicketType.position, TicketType.id)
    )
    return [(kind, number) for kind, number in db.session.execute(statement)]


def hand_list(event: Event, ticket_type_id: str) -> list[Letter]:
    """Everybody with this ticket type, by surname. Three queries."""
    statement = sa.select(Registration).where(
        Registration.ticket_type_id == ticket_type_id, Registration.state == RegistrationState.CONFIRMED
    )
    parties = sorted(db.session.scalars(statement), key=lambda one: order_of(one.name))
    guests = door.guests_of(one.id for one in parties)
    helps = door.help_of(parties, door.questions_about_help(event.id))
    lines = [Line(one, guests.get(one.id, [])[1:], helps[one.id]) for one in parties]
    return [
        Letter(letter, list(some))
        for letter, some in groupby(lines, key=lambda line: surname_of(line.registration.name)[:1].upper())
    ]


def surname_of(name: str) -> str:
    """The last word of a name in Latin letters; a Chinese name begins with it."""
    words = name.split()
    if not words:
        return ""
    return name.strip() if is_chinese(name.strip()[0]) else words[-1]


def order_of(name: str) -> tuple[bool, bytes, str]:
    """Latin names by surname without accents, then Chinese ones as their sounds follow each other in GBK."""
    surname = surname_of(name)
    if is_chinese(surname[:1]):
        return True, name.encode("gbk", errors="replace"), name
    bare = unicodedata.normalize("NFKD", surname).encode("ascii", "ignore").lower()
    return False, bare or surname.lower().encode(), name.casefold()


def is_chinese(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"
