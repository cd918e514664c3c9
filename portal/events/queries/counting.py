"""Counted anew: what every row of seats should say, from the registrations and places that hold them."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.db import db
from portal.events.models import (
    AccessCode,
    Registration,
    RegistrationState,
    Seats,
    SeatsOf,
    SessionPlace,
    WaitingEntry,
    WaitingState,
)

Differences = Iterator[tuple[str, int, int]]


def seat_differences() -> Differences:
    """Rows of seats that say something else than what sits there: its name, what it says, what is true. Six queries, however many there are."""
    taken = {
        SeatsOf.EVENT: _sum(Registration.event_id, Registration.seats),
        SeatsOf.POOL: _sum(Registration.pool_id, Registration.seats),
        SeatsOf.TICKET_TYPE: _sum(Registration.ticket_type_id, Registration.seats),
        SeatsOf.SESSION: _sum(SessionPlace.session_id, SessionPlace.seats),
    }
    kept = _sum(Registration.pool_id, Registration.reserved)
    for row in db.session.scalars(sa.select(Seats).order_by(Seats.id)):
        true = taken[row.kind].get(row.id, 0)
        if row.used != true:
            yield f"seats of {row.kind.value} {row.id}", row.used, true
        reserved = kept.get(row.id, 0) if row.kind is SeatsOf.POOL else 0
        if row.reserved_used != reserved:
            yield f"reserved seats of {row.kind.value} {row.id}", row.reserved_used, reserved


def offer_differences() -> Differences:
    """Offers of the waiting list without a held registration behind them; 1 is there, 0 is not."""
    held = sa.select(Registration.id).where(Registration.state == RegistrationState.HELD)
    empty = sa.select(WaitingEntry.id).where(
        WaitingEntry.state == WaitingState.OFFERED, WaitingEntry.registration_id.not_in(held)
    )
    for entry_id in db.session.scalars(empty.order_by(WaitingEntry.id)):
        yield f"offer to {entry_id}", 1, 0


def code_differences() -> Differences:
    """Access codes used less often than people were let in by them (each once)."""
    people = sa.func.count(sa.distinct(Registration.buyer_id))
    statement = (
        sa.select(AccessCode.id, AccessCode.used, people)
        .join(Registration, Registration.access_code_id == AccessCode.id)
        .group_by(AccessCode.id, AccessCode.used)
        .having(AccessCode.used < people)
    )
    for code_id, used, true in db.session.execute(statement):
        yield f"uses of access code {code_id}", used, true


def _sum(by: InstrumentedAttribute[str], what: InstrumentedAttribute[int]) -> dict[str, int]:
    """What adds up, by the id it belongs to; what holds nothing is left out."""
    rows = sa.select(by, sa.func.sum(what)).where(what > 0).group_by(by)
    return {key: int(total) for key, total in db.session.execute(rows)}
