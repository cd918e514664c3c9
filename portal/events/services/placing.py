"""A party sits down: seats are taken and its held registration is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.events.models import AccessCode, Event, Guest, Origin, Registration, RegistrationState, TicketType
from portal.events.rules import sale
from portal.events.services import seats


@dataclass(frozen=True, slots=True)
class Party:
    """How many come: ``people`` and ``children`` beside them."""

    people: int
    children: int = 0


def place(
    event: Event,
    ticket_type: TicketType,
    party: Party,
    *,
    member_id: str,
    attempt: str,
    amount: int,
    until: datetime,
    since: datetime | None = None,
    reserve: int = 0,
    origin: Origin = Origin.DIRECT,
    access_code: AccessCode | None = None,
) -> Registration:
    """Take the seats and write the held registration; ``since`` when they were held before, by one that this takes the place of. Seats are held by who calls (:func:`seats.hold`)."""
    needed = sale.seats_for(ticket_type, party.people, party.children)
    seats.take(ticket_type, needed, reserve=reserve)
    made = Registration(
        event_id=event.id,
        pool_id=ticket_type.pool_id,
        ticket_type_id=ticket_type.id,
        member_id=member_id,
        buyer_id=member_id,
        attempt=attempt,
        state=RegistrationState.HELD,
        origin=origin,
        people=party.people,
        children=party.children,
        seats=needed,
        reserved=reserve,
        amount=amount,
        currency=ticket_type.currency,
        access_code_id=access_code.id if access_code else None,
        held_at=since or clock.now(),
        hold_until=until,
    )
    db.session.add(made)
    db.session.flush()
    everybody = range(party.people + party.children)
    guests = [
        {"registration_id": made.id, "position": one, "child": one >= party.people} for one in everybody
    ]
    db.session.execute(_SIT_DOWN, guests)
    return made


_SIT_DOWN = sa.insert(Guest.__table__)  # type: ignore[arg-type]
