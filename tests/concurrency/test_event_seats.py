"""The last seats: many take, give back and wait at the same instant. Never one too many, nothing lost, the line in order."""

from __future__ import annotations

import time
from collections import Counter

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import changed_rows, db, new_id, transaction
from portal.core.draw import proof
from portal.core.draw import queries as draws
from portal.core.draw import services as drawing
from portal.core.draw.models import Draw, DrawMethod
from portal.core.errors import Conflict
from portal.events.models import (
    LIVE,
    BellEntry,
    Event,
    Registration,
    RegistrationState,
    Seats,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.standing import standing_of
from portal.events.services import bells, confirming, holding, leaving, lines, placing, seats
from portal.events.services.confirming import Details
from portal.events.services.holding import SoldOut
from portal.events.services.placing import Party, place
from tests.concurrency.crowd import House, at_once
from tests.make import Make

PROCESSES, EACH, CAPACITY = 6, 6, 10


def rush(kind_id: str, member_ids: list[str], size: int) -> Counter[str]:
    """Each of them signs up or waits; then every second one who has a ticket gives it back, and offers are taken or declined."""
    told: Counter[str] = Counter()
    for member_id in member_ids:
        told[_sign_up(kind_id, member_id, size)] += 1
    for number, member_id in enumerate(member_ids):
        told[_go_on(kind_id, member_id, gives_back=number % 2 == 0)] += 1
    return told


def _sign_up(kind_id: str, member_id: str, size: int) -> str:
    by = viewer_of(member_id)
    standing = standing_of(by)
    try:
        with transaction():
            kind = db.session.get_one(TicketType, kind_id)
            held = holding.hold_seats(kind, Party(size), attempt=new_id(), by=by, standing=standing)
            confirming.give_details(held, Details(name="Guest"), by=by)
        return "ticket"
    except SoldOut:
        with transaction():
            kind = db.session.get_one(TicketType, kind_id)
            lines.join(kind, Party(size), by=by, standing=standing)
        return "waits"


def _go_on(kind_id: str, member_id: str, *, gives_back: bool) -> str:
    mine = sa.select(Registration.id, Registration.state).where(
        Registration.member_id == member_id, Registration.state.in_(LIVE)
    )
    db.session.rollback()
    row = db.session.execute(mine).one_or_none()
    if row is None:
        return "still waits"
    with transaction():
        one = db.session.get_one(Registration, row.id)
        if row.state is RegistrationState.CONFIRMED and gives_back:
            leaving.cancel(one, seen=0)
            return "gave back"
        if row.state is RegistrationState.HELD and gives_back:
            leaving.give_up(one)
            return "declined"
        confirming.give_details(one, Details(name="Guest"), by=viewer_of(member_id))
        return "took"


@pytest.mark.parametrize("size", [1, 3], ids=["singles", "parties"])
def test_the_last_seats_are_sold_once_and_the_line_keeps_its_order(
    house: House, people: Make, size: int
) -> None:
    kind = people.ticket_type(people.event(capacity=CAPACITY), capacity=CAPACITY)
    shares = [(kind.id, _members(people), size) for _process in range(PROCESSES)]
    told = sum(at_once(house, rush, shares), Counter[str]())
    assert told["ticket"] + told["waits"] == PROCESSES * EACH and told["gave back"]
    db.session.rollback()
    _seats_are_true(kind)
    asked, waits = _turns(kind, offered=True), _turns(kind, offered=False)
    assert waits, "there were more than fit"
    assert max(asked, default=0) < min(waits), "nobody was passed by"
    with transaction():
        assert lines.ask_line(kind.event_id) == 0, "no free seat was forgotten"
    row = db.session.get_one(Seats, kind.id, populate_existing=True)
    assert row.capacity - row.used < size


def rush_unguarded(kind_id: str, member_ids: list[str]) -> int:
    """Look first, take afterwards: what everybody writes who does not think of the others."""

    def take(ticket_type: TicketType, seats: int, *, reserve: int = 0) -> None:
        for one in (ticket_type.event_id, ticket_type.pool_id, ticket_type.id):
            most = sa.case((Seats.used + seats > Seats.capacity, Seats.capacity), else_=Seats.used + seats)
            changed_rows(sa.update(Seats).where(Seats.id == one).values(used=most))

    placing.seats.take, sold = take, 0
    for member_id in member_ids:
        db.session.rollback()
        kind = db.session.get_one(TicketType, kind_id)
        free = seats.branch_of(kind).room()
        time.sleep(0.02)
        if free > 0:
            with transaction():
                kind = db.session.get_one(TicketType, kind_id)
                event = db.session.get_one(Event, kind.event_id)
                until = clock.now() + clock.minutes(15)
                place(event, kind, Party(1), member_id=member_id, attempt=new_id(), amount=0, until=until)
            sold += 1
    return sold


def test_without_the_guard_there_would_be_too_many(house: House, people: Make) -> None:
    kind = people.ticket_type(people.event(capacity=CAPACITY), capacity=CAPACITY)
    shares = [(kind.id, _members(people)) for _process in range(PROCESSES)]
    assert sum(at_once(house, rush_unguarded, shares)) > CAPACITY
    db.session.rollback()
    with pytest.raises(AssertionError):
        _seats_are_true(kind)
    with transaction():  # later tests look at all events
        mine = Registration.ticket_type_id == kind.id
        gone = {"state": RegistrationState.EXPIRED, "ended_at": clock.now(), "hold_until": None, "seats": 0}
        changed_rows(sa.update(Registration).where(mine).values(**gone))
        changed_rows(sa.update(Seats).where(Seats.event_id == kind.event_id).values(used=0))


def ring(event_id: str, kind_id: str) -> int:
    """A worker comes round until nothing is left to do."""
    steps, goes_on = 0, True
    while goes_on:
        with transaction():
            goes_on = bells.ring(event_id, kind_id)
        steps += 1
    return steps


def test_a_bell_that_several_workers_ring_rings_once(
    house: House, people: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    kind = people.ticket_type(
        people.event(capacity=CAPACITY),
        capacity=CAPACITY,
        bell_opens_at=now - clock.minutes(5),
        bell_closes_at=now + clock.minutes(5),
    )
    for member_id in [one for _process in range(3) for one in _members(people)]:
        by = viewer_of(member_id)
        with transaction():
            bells.gather(kind, Party(1), salt="", by=by, standing=standing_of(by))
    with transaction():
        changed_rows(sa.update(TicketType).where(TicketType.id == kind.id).values(bell_closes_at=clock.now()))
    at_once(house, ring, [(kind.event_id, kind.id)] * 4)
    db.session.rollback()
    _seats_are_true(kind)
    mine = sa.select(BellEntry).where(BellEntry.ticket_type_id == kind.id).order_by(BellEntry.place)
    order = list(db.session.scalars(mine))
    assert [one.place for one in order] == list(range(1, 3 * EACH + 1))
    assert [bool(one.registration_id) for one in order] == [True] * CAPACITY + [False] * (3 * EACH - CAPACITY)
    turns = [db.session.get_one(WaitingEntry, one.waiting_id).turn for one in order]
    assert turns == sorted(set(turns))


def draw_or_enter(draw_id: str, draws_it: bool) -> list[str]:
    """Freeze and draw, or come in again and again. Returns the entries that got in."""
    got_in = []
    for _try in range(20):
        entry_id = new_id()
        try:
            with transaction():
                one = db.session.get_one(Draw, draw_id)
                if draws_it:
                    drawing.freeze(one, {"seats": 1})
                    drawing.draw(one)
                    return []
                drawing.enter(one, entry_id, "salt")
            got_in.append(entry_id)
        except Conflict:
            break
    return got_in


def test_several_draws_at_once_are_one_and_nobody_slips_in(house: House, people: Make) -> None:
    with transaction():
        one = drawing.open_draw("race", new_id(), DrawMethod.MIXED)
    got_in = at_once(house, draw_or_enter, [(one.id, number < 2) for number in range(PROCESSES)])
    db.session.rollback()
    one = db.session.get_one(Draw, one.id)
    rows = draws.rows_of(one.id)
    assert {row.id for row in rows} == {entry for entries in got_in for entry in entries}
    assert proof.sha(proof.list_text(draws.terms_of(one), rows)) == one.list_hash
    assert [entry for entry, _place in draws.places(one.id)] == [
        row.id for row in proof.order(one.value, rows)
    ]


# ------------------------------------------------------------------ what must be true


def _members(people: Make) -> list[str]:
    return [people.member().id for _number in range(EACH)]


def _seats_are_true(kind: TicketType) -> None:
    """What the rows count is what live registrations hold, and no more than fits."""
    held = sa.select(sa.func.coalesce(sa.func.sum(Registration.seats), 0)).where(
        Registration.ticket_type_id == kind.id, Registration.state.in_(LIVE)
    )
    number = db.session.scalar(held)
    for one in (kind.event_id, kind.pool_id, kind.id):
        row = db.session.get_one(Seats, one, populate_existing=True)
        assert row.used == number, f"{row.kind} counts {row.used}, {number} are held"
        assert row.used <= row.capacity


def _turns(kind: TicketType, *, offered: bool) -> list[int]:
    mine = sa.select(WaitingEntry.turn).where(WaitingEntry.ticket_type_id == kind.id)
    if offered:
        return list(db.session.scalars(mine.where(WaitingEntry.offered_at.is_not(None))))
    return list(db.session.scalars(mine.where(WaitingEntry.state == WaitingState.WAITING)))
