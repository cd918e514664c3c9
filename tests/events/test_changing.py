"""A ticket changes until the event begins: names, a smaller party with its money back, a larger one while there is room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.events.models import Guest, Registration, Seats, SessionPlace, WaitingEntry, WaitingState
from portal.events.queries.standing import standing_of
from portal.events.services import changing, seats
from portal.events.services.confirming import Details
from portal.payments.models import Payment
from tests.make import Make


def used(thing_id: str) -> int:
    return db.session.get_one(Seats, thing_id, populate_existing=True).used


def names(ticket: Registration) -> list[tuple[str, bool]]:
    rows = db.session.query(Guest).filter_by(registration_id=ticket.id).order_by(Guest.position)
    return [(row.name, row.child) for row in rows.populate_existing()]


def fewer(ticket: Registration, leaving: set[int], *, seen: int = 0, version: int | None = None) -> int:
    with transaction():
        held = db.session.get_one(Registration, ticket.id)
        return changing.come_with_fewer(held, leaving, version=version or held.version, seen=seen)


def more(ticket: Registration, people: int = 0, children: int = 0) -> None:
    by = viewer_of(ticket.member_id)
    with transaction():
        held = db.session.get_one(Registration, ticket.id)
        changing.come_with_more(
            held, people=people, children=children, standing=standing_of(by), version=held.version
        )


def test_who_does_not_come_frees_a_seat_for_who_waits(make: Make) -> None:
    kind = make.ticket_type(capacity=4, most_children=2, children_count=True)
    ticket = make.registration(kind, people=3, children=1, guests=["二", "三", "小小"])
    waits = make.waiting_entry(kind, people=2)
    assert fewer(ticket, {1, 3}) == 0
    assert names(ticket) == [(ticket.name, False), ("三", False)]
    assert (ticket.people, ticket.children, ticket.seats) == (2, 0, 2)
    assert db.session.get_one(WaitingEntry, waits.id).state is WaitingState.OFFERED
    assert used(kind.event_id) == used(kind.id) == 4
    for wrong in (set(), {0}, {1, 2}, {0, 1}):
        with pytest.raises(Invalid):
            fewer(ticket, wrong)
    with pytest.raises(Conflict):
        fewer(ticket, {1}, version=ticket.version + 1)


def test_their_share_comes_back_by_the_rule_and_as_shown(make: Make) -> None:
    of = make.event(refund_hours=24, refund_percent=50)
    kind = make.ticket_type(of, price=10000)
    ticket = make.paid_registration(kind, people=3)
    with pytest.raises(Conflict):
        fewer(ticket, {1}, seen=9999)
    assert fewer(ticket, {1}, seen=10000) == 10000
    with clock.travel(of.starts_at - timedelta(hours=2)):
        assert fewer(ticket, {1}, seen=5000) == 5000
    payment = db.session.get_one(Payment, ticket.payment_id, populate_existing=True)
    assert (payment.refunded, ticket.amount, ticket.people) == (15000, 10000, 1)
    with clock.travel(of.starts_at), pytest.raises(NotAllowed):
        fewer(ticket, {1})


def test_a_pair_goes_as_a_pair_and_sessions_shrink_with_the_party(make: Make) -> None:
    of = make.event()
    kind = make.ticket_type(of, admits=2, most_people=4)
    ticket = make.registration(kind, people=4)
    session = make.event_session(of, capacity=4)
    with transaction():
        seats.take_in_session(session.id, 4)
        facts: dict[str, Any] = {"registration_id": ticket.id, "member_id": ticket.member_id}
        db.session.add(SessionPlace(session_id=session.id, people=4, seats=4, taken_at=clock.now(), **facts))
    with pytest.raises(Invalid):
        fewer(ticket, {3})
    fewer(ticket, {2, 3})
    place = db.session.query(SessionPlace).populate_existing().one()
    assert (place.people, place.seats, used(session.id)) == (2, 2, 2)


def test_more_come_along_free_of_charge_while_nobody_waits(make: Make) -> None:
    kind = make.ticket_type(capacity=5, most_people=4, most_children=1)
    ticket = make.registration(kind, people=1)
    more(ticket, people=1, children=1)
    assert (ticket.people, ticket.children, ticket.seats, used(kind.id)) == (2, 1, 2, 2)
    assert names(ticket) == [(ticket.name, False), ("", False), ("", True)]
    with pytest.raises(Invalid):
        more(ticket, people=3)
    with pytest.raises(Invalid):
        more(ticket)
    make.registration(kind, people=2)
    with pytest.raises(Conflict):
        more(ticket, people=2)
    make.waiting_entry(kind, people=3)
    with pytest.raises(Conflict):
        more(ticket, people=1)


def test_paid_tickets_do_not_grow(make: Make) -> None:
    ticket = make.paid_registration(make.ticket_type(price=100))
    with pytest.raises(NotAllowed):
        more(ticket, people=1)


def test_what_was_told_is_told_anew_until_it_begins(make: Make) -> None:
    of = make.event()
    ticket = make.registration(make.ticket_type(of), people=2, guests=["小禾"])
    by = viewer_of(ticket.member_id)
    told = Details(name="林小满", guests=["阿木"], phone="+8613800138000", show_face=True)
    with transaction():
        changing.tell_anew(db.session.get_one(Registration, ticket.id), told, by=by)
    assert names(ticket) == [("林小满", False), ("阿木", False)]
    assert (ticket.phone, ticket.show_face) == ("+8613800138000", True)
    with clock.travel(of.starts_at), pytest.raises(NotAllowed), transaction():
        changing.tell_anew(db.session.get_one(Registration, ticket.id), told, by=by)
