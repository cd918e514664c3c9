"""A ticket passed on: one link, one taker, another code; the money stays with who bought it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.events.models import CodeEnded, Guest, PassOn, Registration, TicketCode
from portal.events.queries.standing import standing_of
from portal.events.services import leaving, passing
from portal.notifications.models import Notification
from portal.payments.models import Payment
from tests.client import PortalClient
from tests.make import Make

SignIn = Callable[..., PortalClient]


def link_of(ticket: Registration, words: str = "") -> str:
    with transaction():
        held = db.session.get_one(Registration, ticket.id)
        return passing.make_link(held, words, by=viewer_of(held.member_id))


def take(token: str, member_id: str) -> Registration:
    by = viewer_of(member_id)
    with transaction():
        return passing.take(passing.find_link(token, by), by=by, standing=standing_of(by))


def test_the_ticket_gets_another_holder_and_another_code(make: Make) -> None:
    ticket, taker = make.registration(people=2, guests=["小禾"], phone="+8613800138000"), make.member()
    before, giver = ticket.code, ticket.member_id
    token = link_of(ticket)
    take(token, taker.id)
    ticket = db.session.get_one(Registration, ticket.id, populate_existing=True)
    assert (ticket.member_id, ticket.buyer_id) == (taker.id, giver)
    assert ticket.code != before
    assert (ticket.phone, ticket.sequence, ticket.told_at) == ("", 1, None)
    assert db.session.get_one(TicketCode, before).ended is CodeEnded.PASSED_ON
    party = db.session.query(Guest).filter_by(registration_id=ticket.id).order_by(Guest.position)
    assert [one.name for one in party] == [taker.display_name, "小禾"]
    told = db.session.query(Notification).filter_by(kind="events.passed_on").one()
    assert told.member_id == giver
    with pytest.raises(Conflict):
        take(token, make.member().id)


def test_a_link_is_good_once_and_until_it_is_withdrawn(make: Make) -> None:
    ticket = make.registration()
    first = link_of(ticket)
    second = link_of(ticket)
    with pytest.raises(Conflict):
        take(first, make.member().id)
    with pytest.raises(Conflict):
        take(second, ticket.member_id)
    with transaction():
        passing.withdraw(db.session.get_one(Registration, ticket.id))
    with pytest.raises(Conflict):
        take(second, make.member().id)
    assert db.session.query(PassOn).filter(PassOn.taken_at.is_not(None)).count() == 0


def test_not_everybody_can_take_it(make: Make) -> None:
    tier = make.tier()
    of = make.event()
    kind = make.ticket_type(of)
    ticket = make.registration(kind)
    token = link_of(ticket)
    other = make.registration(kind)
    with pytest.raises(Conflict):
        take(token, other.member_id)
    with pytest.raises(NotFound):
        take("x" * 43, other.member_id)
    kind.tier_id = tier.id
    db.session.commit()
    with pytest.raises(NotAllowed):
        take(token, make.member().id)
    kind.tier_id = None
    db.session.commit()
    with clock.travel(of.starts_at - timedelta(minutes=1)), pytest.raises(NotAllowed):
        take(token, make.member().id)


def test_who_is_blocked_finds_nothing(make: Make) -> None:
    ticket, blocked = make.registration(), make.member()
    token = link_of(ticket)
    make.distance(db.session.get_one(Member, ticket.member_id), blocked, kind="block")
    with pytest.raises(NotFound):
        take(token, blocked.id)


def test_money_goes_back_to_who_bought_it(make: Make) -> None:
    ticket, taker = make.paid_registration(make.ticket_type(price=8800)), make.member()
    take(link_of(ticket), taker.id)
    with transaction():
        assert leaving.cancel(db.session.get_one(Registration, ticket.id), seen=8800) == 8800
    payment = db.session.get_one(Payment, ticket.payment_id, populate_existing=True)
    assert (payment.payer_id, payment.refunded) == (ticket.buyer_id, 8800)


@pytest.mark.one_database
@pytest.mark.parametrize("htmx", [False, True])
def test_the_way_from_hand_to_hand(make: Make, as_member: SignIn, client: PortalClient, htmx: bool) -> None:
    ticket, taker = make.registration(), make.member()
    holder, other = as_member(db.session.get_one(Member, ticket.member_id)), as_member(taker)
    here = f"/me/tickets/{ticket.id}/pass-on"
    assert holder.post(here, data={"words": "字" * 201}, htmx=htmx).status_code == 422
    assert other.post(here, data={"words": ""}, htmx=htmx).status_code == 404
    made = holder.post(here, data={"words": "替我多看两眼 <b>"}, htmx=htmx)
    assert made.status_code == (204 if htmx else 303)
    page = holder.get(here).get_data(as_text=True)
    address = page.split('id="pass-on-link">')[1].split("<")[0]
    path = address[address.index("/tickets/take/") :]
    assert "/tickets/take/" not in holder.get(here).get_data(as_text=True)
    seen = client.get(path).get_data(as_text=True)
    assert "替我多看两眼 &lt;b&gt;" in seen
    assert "Sign in to take it" in seen
    taken = other.post(path, htmx=htmx)
    assert taken.status_code == (204 if htmx else 303)
    assert other.get(f"/me/tickets/{ticket.id}").status_code == 200
    assert "passed this ticket on" in holder.get(f"/me/tickets/{ticket.id}").get_data(as_text=True)
    assert holder.post(f"/me/tickets/{ticket.id}/cancel", data={"seen": "0"}, htmx=htmx).status_code == 404
    late = as_member().post(path, htmx=htmx)
    assert late.status_code == 409
    assert "替我多看两眼" not in late.get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize("htmx", [False, True])
def test_keeping_it_after_all(make: Make, as_member: SignIn, htmx: bool) -> None:
    ticket = make.registration()
    token = link_of(ticket)
    holder = as_member(db.session.get_one(Member, ticket.member_id))
    kept = holder.post(f"/me/tickets/{ticket.id}/pass-on/withdraw", htmx=htmx)
    assert kept.status_code == (200 if htmx else 303)
    with pytest.raises(DomainError):
        take(token, make.member().id)
