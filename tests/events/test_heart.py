"""From the hold to the ticket and back: seats are counted, who waits is asked in order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.db import db, transaction
from portal.events.models import Registration, RegistrationState, Seats, WaitingEntry, WaitingState
from portal.events.services import freeing, leaving, seats
from portal.events.services.holding import SoldOut
from tests.make import Make


def used(thing_id: str) -> int:
    return db.session.get_one(Seats, thing_id, populate_existing=True).used


def test_a_hold_takes_seats_in_the_whole_tree_and_time_gives_them_back(make: Make) -> None:
    kind = make.ticket_type(capacity=3)
    held = make.registration(kind, people=2, held=True)
    assert [used(one) for one in (kind.event_id, kind.pool_id, kind.id)] == [2, 2, 2]
    with pytest.raises(SoldOut):
        make.registration(kind, people=2)
    with clock.travel(clock.now() + timedelta(minutes=16)), transaction():
        seats.hold(kind.event_id)
        assert freeing.expire_due(kind.event_id, clock.now()) == 1
    assert db.session.get_one(Registration, held.id).state is RegistrationState.EXPIRED
    assert used(kind.event_id) == 0


def test_a_freed_seat_is_offered_in_order_and_nobody_jumps_the_line(make: Make) -> None:
    kind = make.ticket_type(capacity=2)
    first = make.registration(kind, people=2)
    party = make.waiting_entry(kind, people=2)
    single = make.waiting_entry(kind)
    assert party.state is WaitingState.WAITING
    with transaction():
        leaving.cancel(db.session.get_one(Registration, first.id), seen=0)
    party = db.session.get_one(WaitingEntry, party.id)
    assert party.state is WaitingState.OFFERED
    assert db.session.get_one(WaitingEntry, single.id).state is WaitingState.WAITING
    assert used(kind.id) == 2
    with transaction():
        leaving.give_up(db.session.get_one(Registration, party.registration_id))
    assert db.session.get_one(WaitingEntry, party.id).state is WaitingState.DECLINED
    assert db.session.get_one(WaitingEntry, single.id).state is WaitingState.OFFERED
    with pytest.raises(SoldOut):
        make.registration(kind, people=2)
    assert make.registration(kind).state is RegistrationState.CONFIRMED
