"""Counted anew: what every row of seats should say, from the registrations and places that hold them."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.db import db
from portal.core.draw import proof
from portal.core.draw import queries as draws
from portal.core.draw.models import Draw
from portal.events.models import (
    AccessCode,
    Arrival,
    EventDay,
    Origin,
    Registration,
    RegistrationState,
    Scan,
    ScanResult,
    Seats,
    SeatsOf,
    SessionPlace,
    WaitingEntry,
    WaitingState,
)

#: what was let in by a code that is somebody else's by now, or of another event, is nobody's arrival here
_NOT_THEIRS = (ScanResult.PASSED_ON.value, ScanResult.WRONG_EVENT.value)
#: scans that let somebody in and were not taken back
STANDING = (
    Scan.result == ScanResult.ADMITTED,
    Scan.undone_at.is_(None),
    Scan.against.not_in(_NOT_THEIRS),
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
    """Offers of the waiting list without a held registration behind them, and held registrations that came of an offer that is
    not open; 1 is there, 0 is not."""
    held = sa.select(Registration.id).where(Registration.state == RegistrationState.HELD)
    empty = sa.select(WaitingEntry.id).where(
        WaitingEntry.state == WaitingState.OFFERED, WaitingEntry.registration_id.not_in(held)
    )
    for entry_id in db.session.scalars(empty.order_by(WaitingEntry.id)):
        yield f"offer to {entry_id}", 1, 0
    open_ones = sa.select(WaitingEntry.registration_id).where(WaitingEntry.state == WaitingState.OFFERED)
    lost = held.where(Registration.origin.in_((Origin.OFFER, Origin.BELL)), Registration.id.not_in(open_ones))
    for registration_id in db.session.scalars(lost.order_by(Registration.id)):
        yield f"offer behind {registration_id}", 0, 1


def arrival_differences() -> Differences:
    """Parties of which more or fewer are in than the scans that stand let in, and days that count other people than came."""
    let_in = sa.func.coalesce(sa.func.sum(Scan.people), 0)
    scans = (
        sa.select(Scan.registration_id, Scan.day_id, let_in.label("people"))
        .join(Registration, Registration.id == Scan.registration_id)
        .where(*STANDING, Scan.event_id == Registration.event_id, Scan.people > 0, Scan.day_id.is_not(None))
        .group_by(Scan.registration_id, Scan.day_id)
    )
    true = {(row.registration_id, row.day_id): int(row.people) for row in db.session.execute(scans)}
    said = {(row.registration_id, row.day_id): row.people for row in db.session.scalars(sa.select(Arrival))}
    for one in sorted({*true, *said}):
        if said.get(one, 0) != true.get(one, 0):
            yield f"arrival of {one[0]} on {one[1]}", said.get(one, 0), true.get(one, 0)
    came = _sum(Arrival.day_id, Arrival.people)
    for day in db.session.scalars(sa.select(EventDay).order_by(EventDay.id)):
        if day.arrived != came.get(day.id, 0):
            yield f"arrived on {day.id}", day.arrived, came.get(day.id, 0)


def draw_differences() -> Differences:
    """Frozen lists that are not what their hash is of, and places that the value does not give; 1 is as it must be."""
    for one in db.session.scalars(sa.select(Draw).where(Draw.frozen_at.is_not(None)).order_by(Draw.id)):
        rows = draws.rows_of(one.id)
        if proof.sha(proof.list_text(draws.terms_of(one), rows)) != one.list_hash:
            yield f"list of draw {one.id}", 0, 1
        order = [row.id for row in proof.order(one.value, rows)]
        if one.drawn_at and [entry_id for entry_id, _place in draws.places(one.id)] != order:
            yield f"order of draw {one.id}", 0, 1


def code_differences() -> Differences:
    """Access codes that count other uses than people who were let in by them (each once)."""
    people = sa.func.count(sa.distinct(Registration.buyer_id))
    statement = (
        sa.select(AccessCode.id, AccessCode.used, people)
        .outerjoin(Registration, Registration.access_code_id == AccessCode.id)
        .group_by(AccessCode.id, AccessCode.used)
        .having(AccessCode.used != people)
    )
    for code_id, used, true in db.session.execute(statement):
        yield f"uses of access code {code_id}", used, true


def _sum(by: InstrumentedAttribute[str], what: InstrumentedAttribute[int]) -> dict[str, int]:
    """What adds up, by the id it belongs to; what holds nothing is left out."""
    rows = sa.select(by, sa.func.sum(what)).where(what > 0).group_by(by)
    return {key: int(total) for key, total in db.session.execute(rows)}
