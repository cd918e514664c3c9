"""``flask prove`` finds what was moved behind our back: seats, offers, codes, arrivals, draws."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import changed_rows, db, transaction
from portal.core.draw.models import Draw, DrawEntry
from portal.events.models import (
    AccessCode,
    Arrival,
    BellEntry,
    EventDay,
    Registration,
    Seats,
    SessionPlace,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.proofs import PROOFS
from portal.events.services import bells, door, leaving
from tests.make import Make


def wrong() -> list[str]:
    db.session.rollback()
    return [line[0] for proof in PROOFS for line in proof.differences()]


def moved(statement: Any) -> None:
    with transaction():
        assert changed_rows(statement)


@pytest.fixture
def lively(make: Make) -> TicketType:
    """An event with all that can be counted."""
    event = make.open_doors()
    kind = make.ticket_type(event, capacity=3)
    one, other = make.registration(kind, people=2), make.registration(kind)
    make.waiting_entry(kind)
    session = make.event_session(event, capacity=4)
    make.session_place(one, session, people=2, seats=2)
    with transaction():
        changed_rows(sa.update(Seats).where(Seats.id == session.id).values(used=2))
        leaving.give_up(db.session.get_one(Registration, other.id))
        by = viewer_of(make.staff("owner").id)
        door.scan(event, str(one.code), nonce="n" * 8, door="A", by=by, people=1)
    bell = make.belled_type(make.event(), capacity=2)
    for _member in range(12):  # so many that no two values give the same order
        make.bell_entry(bell)
    with transaction():
        bells.seats.hold(bell.event_id)
        bells._draw(db.session.get_one(TicketType, bell.id), bells.open_bell(bell))
    make.access_code(kind)
    db.session.commit()
    return kind


def test_what_is_true_is_proven(lively: TicketType) -> None:
    assert wrong() == []


def test_every_number_that_was_moved_is_found(lively: TicketType) -> None:
    lies = (
        (sa.update(Seats).where(Seats.id == lively.id).values(used=1), "seats of ticket_type"),
        (sa.update(SessionPlace).values(seats=1), "seats of session"),
        (sa.update(Arrival).values(people=2), "arrival of"),
        (sa.update(EventDay).where(EventDay.arrived == 1).values(arrived=3), "arrived on"),
        (sa.update(AccessCode).values(used=1), "uses of access code"),
        (sa.update(DrawEntry).where(DrawEntry.place == 2).values(salt="other"), "list of draw"),
        (sa.update(Draw).values(value="0" * 64), "order of draw"),
    )
    for number, (lie, found) in enumerate(lies, 1):
        moved(lie)
        said = [line for line in wrong() if line.startswith(found)]
        assert said, (number, found, wrong())


def test_an_offer_and_its_seats_belong_together(make: Make) -> None:
    kind = make.ticket_type(capacity=1)
    ticket, entry = make.registration(kind), make.waiting_entry(kind)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
    assert wrong() == []
    ended = {"state": WaitingState.LAPSED, "ended_at": clock.now()}
    moved(sa.update(WaitingEntry).where(WaitingEntry.id == entry.id).values(ended))
    assert any(line.startswith("offer behind") for line in wrong())


def test_who_comes_in_while_the_list_freezes_is_drawn_or_refused(make: Make, monkeypatch: Any) -> None:
    """The draw is held before anybody reads who is inside; what was read earlier would leave out the last."""
    kind = make.belled_type(make.event())
    make.bell_entry(kind)
    read: list[str] = []
    really, hold = bells._entries, bells.lock_row

    def held(*row: Any, **how: Any) -> None:
        read.append("held")
        hold(*row, **how)

    def inside(*which: Any, **how: Any) -> list[BellEntry]:
        read.append("read")
        return really(*which, **how)

    monkeypatch.setattr(bells, "lock_row", held)
    monkeypatch.setattr(bells, "_entries", inside)
    with transaction():
        bells._draw(db.session.get_one(TicketType, kind.id), bells.open_bell(kind))
    assert read == ["held", "read"]
