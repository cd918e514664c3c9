"""Money for a ticket through the sandbox: in time, late, twice, not at all, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.i18n import in_language
from portal.events.models import Event, Registration, Seats, TicketType
from portal.events.notices import KINDS
from portal.events.proofs import PROOFS
from portal.events.queries.standing import standing_of
from portal.events.services import calling_off, confirming, desk, holding, leaving
from portal.events.services.placing import Party
from portal.notifications.models import Notification
from portal.payments import services as payments
from portal.payments.models import Payment, PaymentState, Refund
from portal.payments.providers import RefundStanding, RefundTruth, Standing, Truth
from tests.client import PortalClient
from tests.make import Make

Signed = Callable[..., PortalClient]
PRICE = 16800


class Buyer:
    """A member on the way to a ticket of ``PRICE``, through the pages."""

    def __init__(self, client: PortalClient, kind: TicketType, slug: str) -> None:
        self.client = client
        answer = client.post(
            f"/events/{slug}/register",
            data={"ticket_type": kind.id, "people": 1, "children": 0, "attempt": new_id()},
        )
        self.address = answer.headers["Location"]
        self.id = self.address.rpartition("/")[2]

    @property
    def registration(self) -> Registration:
        return db.session.get_one(Registration, self.id, populate_existing=True)

    @property
    def state(self) -> str:
        return self.registration.state.value

    @property
    def payment(self) -> Payment:
        return db.session.get_one(Payment, str(self.registration.payment_id), populate_existing=True)

    def go_to_pay(self, provider: str = "sandbox") -> str:
        """Details given, a payment open: its id."""
        answer = self.client.post(self.address, data={"name": "林小满", "provider": provider})
        assert answer.status_code == 303 and "/payments/" in answer.headers["Location"], answer.text
        return str(self.registration.payment_id)


def told(payment_id: str, standing: Standing = Standing.PAID, amount: int = PRICE) -> None:
    """The provider's word."""
    db.session.rollback()
    with transaction():
        payments.apply_truth(payment_id, Truth(standing, amount, "CNY"))


def given_back(payment_id: str) -> int:
    return db.session.get_one(Payment, payment_id, populate_existing=True).refunded


def refund(payment_id: str, amount: int) -> None:
    """Staff give it back, and the provider does."""
    db.session.rollback()
    with transaction():
        asked = payments.ask_refund(payment_id, amount, reason="", by=None)
        payments.apply_refund_truth(asked.id, RefundTruth(RefundStanding.DONE))


def proven() -> None:
    assert [line for proof in PROOFS for line in proof.differences()] == []


@pytest.fixture
def kind(make: Make) -> TicketType:
    return make.ticket_type(make.event(slug="f"), capacity=1, price=PRICE)


@pytest.fixture
def buyer(as_member: Signed, kind: TicketType) -> Buyer:
    return Buyer(as_member(), kind, "f")


def used(kind: TicketType) -> int:
    return db.session.get_one(Seats, kind.id, populate_existing=True).used


def test_paid_in_the_sandbox_is_a_ticket(buyer: Buyer, run_jobs: Any, outbox: Any) -> None:
    page = buyer.client.get(buyer.address).text
    assert "¥168" in page and "Full refund" in page, "price and rule stand before buying"
    assert buyer.client.post(buyer.address, data={"name": "A"}).status_code == 422, "no way to pay chosen"
    payment_id = buyer.go_to_pay()
    assert "You began to pay" in buyer.client.get(buyer.address).text
    begun = buyer.client.post(f"/payments/{payment_id}/pay")
    sandbox = begun.headers["Location"]
    assert "sandbox" in sandbox
    told(payment_id)
    assert buyer.state == "confirmed"
    told(payment_id)
    run_jobs()
    back = buyer.client.get(f"/payments/{payment_id}/return")
    assert back.headers["Location"] == buyer.address
    assert buyer.client.get(buyer.address).headers["Location"] == f"/me/tickets/{buyer.id}"
    assert buyer.registration.told_at is not None
    sent = sa.select(sa.func.count()).where(Notification.kind == "events.confirmed")
    assert db.session.scalar(sent) == 1
    proven()


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_payment_that_fails_leaves_the_hold_and_can_be_paid_anew(buyer: Buyer, end: str) -> None:
    first = buyer.go_to_pay()
    until = buyer.registration.hold_until
    if end == "failed":
        told(first, Standing.FAILED, 0)
    else:
        assert buyer.client.post(f"/payments/{first}/cancel").status_code == 303
    assert buyer.state == "held"
    second = buyer.go_to_pay()
    assert second != first and buyer.registration.hold_until == until, "no second prolonging"
    told(second)
    assert buyer.state == "confirmed"


@pytest.mark.parametrize("first_wins", [True, False])
def test_paid_twice_the_second_goes_back_and_the_ticket_stays(buyer: Buyer, first_wins: bool) -> None:
    """They changed the way to pay, and then paid both."""
    first = buyer.go_to_pay()
    with transaction():
        payments.cancel(first)
    second = buyer.go_to_pay()
    winner, other = (first, second) if first_wins else (second, first)
    told(winner)
    assert buyer.state == "confirmed" and buyer.registration.payment_id == winner
    told(other)
    assert (given_back(winner), given_back(other)) == (0, PRICE)
    asked = db.session.scalars(sa.select(Refund).where(Refund.payment_id == other)).one()
    with transaction():
        payments.apply_refund_truth(asked.id, RefundTruth(RefundStanding.DONE))
    assert buyer.state == "confirmed", "that was the other payment's money"
    assert _facts_of("events.paid_in_vain")["why"] == "twice"
    proven()


def _facts_of(kind: str) -> dict[str, Any]:
    return dict(db.session.scalars(sa.select(Notification).where(Notification.kind == kind)).one().facts)


def _expire(buyer: Buyer, run_jobs: Any) -> None:
    run_jobs()
    assert buyer.state == "expired"


def test_paid_late_with_a_seat_left_is_a_ticket(buyer: Buyer, kind: TicketType, run_jobs: Any) -> None:
    payment_id = buyer.go_to_pay()
    with clock.travel(clock.now() + timedelta(hours=1)):
        _expire(buyer, run_jobs)
        assert used(kind) == 0
        told(payment_id)
        assert buyer.state == "confirmed" and used(kind) == 1
        assert given_back(payment_id) == 0
    proven()


@pytest.mark.parametrize("who", ["signed up", "waits"])
def test_paid_late_without_a_seat_goes_back_and_they_are_told(
    buyer: Buyer, kind: TicketType, make: Make, run_jobs: Any, who: str
) -> None:
    payment_id = buyer.go_to_pay()
    if who == "waits":
        make.waiting_entry(kind)
    with clock.travel(clock.now() + timedelta(hours=1)):
        _expire(buyer, run_jobs)
        if who == "signed up":
            make.registration(kind)
        told(payment_id)
        assert buyer.state == "expired"
        assert given_back(payment_id) == PRICE and used(kind) == 1
        assert _facts_of("events.paid_in_vain")["why"] == "gone"
        page = buyer.client.get(buyer.address).text
        assert "sent back" in page and "Choose again" in page
    proven()


def test_paid_before_anybody_swept_is_in_time(buyer: Buyer, kind: TicketType) -> None:
    payment_id = buyer.go_to_pay()
    with clock.travel(clock.now() + timedelta(hours=1)):
        told(payment_id)
        assert buyer.state == "confirmed"


def test_given_up_while_paying_goes_back(buyer: Buyer, kind: TicketType) -> None:
    payment_id = buyer.go_to_pay()
    assert buyer.client.post(f"{buyer.address}/give-up").status_code == 303
    assert buyer.payment.state is PaymentState.CANCELLED and used(kind) == 0
    told(payment_id)
    assert given_back(payment_id) == PRICE
    assert _facts_of("events.paid_in_vain")["why"] == "given_up"


IN_VAIN = (
    ("called off", "called_off", "does not take place", "取消"),
    ("by staff", "staff", "taken the ticket back already", "由我们取消"),
    ("refunded", "refunded", "had gone back already", "随之失效"),
    ("given up", "given_up", "given up already", "放弃"),
    ("given back", "given_up", "given up already", "放弃"),
    ("over", "over", "when it was over", "结束"),
    ("anew", "newer", "signed up anew", "重新报名"),
    ("anew later", "newer", "signed up anew", "重新报名"),
)


@pytest.mark.parametrize(("how", "why", "english", "chinese"), IN_VAIN, ids=[one[0] for one in IN_VAIN])
def test_who_pays_in_vain_hears_what_really_happened(
    buyer: Buyer, kind: TicketType, make: Make, run_jobs: Any, how: str, why: str, english: str, chinese: str
) -> None:
    """Somebody is at the bank's page, and meanwhile their sign-up ends."""
    payment_id = buyer.go_to_pay()
    until = clock.now() + {"over": timedelta(days=60), "anew later": timedelta(hours=1)}.get(how, timedelta())
    with clock.travel(until):
        end_meanwhile(buyer, make, how)
        run_jobs()
        if how == "anew later":
            make.registration(kind, db.session.get_one(Member, buyer.registration.member_id))
        told(payment_id)
    assert given_back(payment_id) == PRICE
    facts = _facts_of("events.paid_in_vain")
    assert facts["why"] == why
    (vain,) = (one for one in KINDS if one.name == "events.paid_in_vain")
    for language, words in (("en", english), ("zh_CN", chinese)):
        with in_language(language):
            assert words in vain.text(facts, 1)
    proven()


def end_meanwhile(buyer: Buyer, make: Make, how: str) -> None:
    staff = viewer_of(make.staff("owner").id)
    with transaction():
        one = db.session.get_one(Registration, buyer.id)
        if how == "called off":
            calling_off.call_off(db.session.get_one(Event, one.event_id), words="Storm", by=staff)
        elif how == "given up":
            leaving.give_up(one)
        elif how == "anew":
            kind, by = db.session.get_one(TicketType, one.ticket_type_id), viewer_of(one.member_id)
            db.session.execute(sa.update(Seats).where(Seats.event_id == one.event_id).values(capacity=3))
            holding.hold_seats(kind, Party(2), attempt=new_id(), by=by, standing=standing_of(by))
        elif how in ("by staff", "refunded", "given back"):  # another payment was quicker
            confirming.confirm(one)
            _end_ticket(one, how, staff)


def _end_ticket(one: Registration, how: str, staff: Any) -> None:
    if how == "by staff":
        desk.cancel(one, refund=0, reason="", by=staff)
    elif how == "refunded":
        leaving.refunded(str(one.payment_id), one.id, whole=True)
    else:
        leaving.cancel(one, seen=0)


def test_giving_up_what_was_paid_meanwhile_keeps_the_ticket(buyer: Buyer) -> None:
    told(buyer.go_to_pay())
    gone = buyer.client.post(f"{buyer.address}/give-up")
    assert gone.headers["Location"] == f"/me/tickets/{buyer.id}"
    assert buyer.state == "confirmed"


def test_a_refund_by_staff_ends_the_ticket_a_part_does_not(
    buyer: Buyer, kind: TicketType, make: Make
) -> None:
    payment_id = buyer.go_to_pay()
    told(payment_id)
    waits = make.waiting_entry(kind)
    refund(payment_id, 100)
    assert buyer.state == "confirmed"
    refund(payment_id, PRICE - 100)
    assert buyer.state == "cancelled"
    db.session.refresh(waits)
    assert waits.state == "offered", "the seat is offered at once"
    proven()


def test_cancelling_gives_back_what_the_page_showed(buyer: Buyer, kind: TicketType) -> None:
    told(buyer.go_to_pay())
    db.session.rollback()
    with transaction():
        assert leaving.cancel(db.session.get_one(Registration, buyer.id), seen=PRICE) == PRICE
    assert given_back(str(buyer.registration.payment_id)) == PRICE and used(kind) == 0
    proven()


def test_the_wrong_sum_is_no_ticket(buyer: Buyer) -> None:
    payment_id = buyer.go_to_pay()
    told(payment_id, amount=1)
    assert buyer.payment.state is PaymentState.WRONG
    assert buyer.state == "held"
