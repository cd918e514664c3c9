"""What comes back is never more than is still here: part of it went back already, the party is smaller, the event is called off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import erasing
from portal.core import clock
from portal.core.db import changed_rows, db, new_id, transaction
from portal.core.errors import Conflict, Invalid
from portal.events import personal
from portal.events.models import Event, Origin, Registration, RegistrationState, TicketType
from portal.events.queries.standing import standing_of
from portal.events.services import calling_off, changing, desk, leaving, passing, paying, seats
from portal.notifications.models import Notification
from portal.payments import services as payments
from portal.payments.models import Payment, Refund
from portal.payments.providers import Payer, RefundStanding, RefundTruth, Standing, Truth
from tests.events.test_money import proven
from tests.make import Make

PRICE = 10000


@pytest.fixture
def kind(make: Make) -> TicketType:
    return make.ticket_type(make.event(refund_hours=24, refund_percent=50), capacity=6, price=PRICE)


def again(one: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, one.id, populate_existing=True)


def given_back(one: Registration) -> int:
    return db.session.get_one(Payment, str(again(one).payment_id), populate_existing=True).refunded


def staff_give_back(one: Registration, amount: int, *, done: bool = True) -> None:
    """At the desk of payments, without touching the ticket."""
    with transaction():
        asked = payments.ask_refund(str(one.payment_id), amount, reason="", by=None)
        if done:
            payments.apply_refund_truth(asked.id, RefundTruth(RefundStanding.DONE))


def pass_on(one: Registration, giver: Member, taker: Member) -> None:
    with transaction():
        token = passing.make_link(again_here(one), "for you", by=viewer_of(giver.id))
    by = viewer_of(taker.id)
    link = passing.find_link(token, by)
    with transaction():
        passing.take(link, by=by, standing=standing_of(by))


def begin_to_pay(one: Registration) -> str:
    """On the way to the provider: the payment's id."""
    with transaction():
        held = again_here(one)
        held.name, held.named_at = "林小满", clock.now()
        db.session.flush()
        by = viewer_of(held.member_id)
        payment_id = paying.begin(held, provider="sandbox", by=by, return_path="/me").id
        payments.begin_checkout(payment_id, Payer())
    return payment_id


def comes_late(payment_id: str) -> None:
    db.session.rollback()
    with transaction():
        payments.apply_truth(payment_id, Truth(Standing.PAID, PRICE, "CNY"))


def test_after_a_part_went_back_the_rest_comes_back(make: Make, kind: TicketType, as_member: Any) -> None:
    member = make.member()
    one = make.paid_registration(kind, member)
    staff_give_back(one, 3000)
    page = as_member(member).get(f"/me/tickets/{one.id}").text
    assert 'name="seen" value="7000"' in page, "the page shows what can still come back"
    with transaction():
        assert leaving.cancel(again(one), seen=7000) == 7000
    assert given_back(one) == PRICE
    proven()


def test_after_all_of_it_was_promised_a_ticket_can_still_be_given_back(make: Make, kind: TicketType) -> None:
    one = make.paid_registration(kind)
    staff_give_back(one, PRICE, done=False)
    with transaction():
        assert leaving.cancel(again(one), seen=0) == 0
    assert given_back(one) == PRICE and again(one).state is RegistrationState.CANCELLED


def test_near_the_start_the_percentage_is_of_the_price_and_of_what_is_left(
    make: Make, kind: TicketType
) -> None:
    one = make.paid_registration(kind)
    staff_give_back(one, 3000)
    near = db.session.get_one(Event, kind.event_id).starts_at - timedelta(hours=2)
    with clock.travel(near), transaction():
        assert leaving.cancel(again(one), seen=5000) == 5000
    assert given_back(one) == 8000


def test_a_smaller_party_after_a_part_went_back(make: Make, kind: TicketType, as_member: Any) -> None:
    member = make.member()
    one = make.paid_registration(kind, member, people=2)
    staff_give_back(one, 15000)
    page = as_member(member).get(f"/me/tickets/{one.id}/fewer?leaving=1").text
    assert 'name="seen" value="5000"' in page
    with transaction():
        assert changing.come_with_fewer(again(one), {1}, version=again(one).version, seen=5000) == 5000
    with transaction():
        assert leaving.cancel(again(one), seen=0) == 0
    assert given_back(one) == 2 * PRICE
    proven()


def test_a_smaller_party_then_the_event_is_called_off(make: Make, kind: TicketType, run_jobs: Any) -> None:
    one = make.paid_registration(kind, people=3)
    with transaction():
        back = changing.come_with_fewer(again(one), {2}, version=again(one).version, seen=PRICE)
    staff_give_back(one, 500)
    with transaction():
        calling_off.call_off(
            db.session.get_one(Event, kind.event_id), words="Storm", by=viewer_of(make.staff("owner").id)
        )
    run_jobs()
    assert back == PRICE and given_back(one) == 3 * PRICE
    assert again(one).state is RegistrationState.CANCELLED
    proven()


def test_why_money_comes_back_is_said_to_who_paid(make: Make, kind: TicketType, run_jobs: Any) -> None:
    for language in ("zh_CN", "en"):
        make.paid_registration(kind, make.member(language=language))
    event = db.session.get_one(Event, kind.event_id)
    with transaction():
        calling_off.call_off(event, words="Storm", by=viewer_of(make.staff("owner").id))
    run_jobs()
    db.session.rollback()
    told = db.session.scalars(sa.select(Refund.reason).order_by(Refund.id)).all()
    assert sorted(told) == ["The event does not take place.", "活动取消了。"]


# ------------------------------------------------------------------ called off, and the worker has not come yet


@pytest.fixture
def called_off(make: Make) -> Registration:
    """A ticket of which nothing would come back by the rule of the hour; staff sent a part back before."""
    event = make.event(refund_hours=24 * 60, refund_percent=0)
    one = make.paid_registration(make.ticket_type(event, price=PRICE), people=2)
    staff_give_back(one, 3000)
    with transaction():
        staff = viewer_of(make.staff("owner").id)
        calling_off.call_off(db.session.get_one(Event, event.id), words="Storm", by=staff)
    return one


def test_who_gives_the_ticket_of_an_event_back_that_was_called_off_gets_all_of_it(
    called_off: Registration, as_member: Any, run_jobs: Any
) -> None:
    one, here = called_off, f"/me/tickets/{called_off.id}"
    client = as_member(db.session.get_one(Member, one.member_id))
    page = client.get(here).text
    assert 'name="seen" value="17000"' in page and "¥170" in page
    assert "All that was paid" in page and "none after that" not in page
    assert not any(f"{here}/{way}" in page for way in ("change", "pass-on", "release")), (
        "nothing else is left"
    )
    assert client.post(f"{here}/cancel", data={"seen": 17000}).status_code == 303
    assert given_back(one) == 2 * PRICE and again(one).state is RegistrationState.CANCELLED
    run_jobs()
    assert given_back(one) == 2 * PRICE
    proven()


def test_called_off_while_the_page_was_open_nobody_is_put_off_with_less(called_off: Registration) -> None:
    with pytest.raises(Conflict), transaction():
        leaving.cancel(again_here(called_off), seen=0)
    assert again(called_off).state is RegistrationState.CONFIRMED


def test_who_leaves_the_house_when_the_event_was_called_off_gets_all_of_it(
    called_off: Registration, run_jobs: Any
) -> None:
    with transaction():
        personal.erase(called_off.member_id)
    assert given_back(called_off) == 2 * PRICE
    run_jobs()
    assert given_back(called_off) == 2 * PRICE
    proven()


def test_called_off_while_somebody_waits_for_the_seats_counts(
    make: Make, kind: TicketType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event was read before the seats were held."""
    one, really = make.paid_registration(kind), seats.hold
    now = db.session.get_one(Event, kind.event_id).starts_at - timedelta(hours=1)

    def meanwhile(event_id: str) -> None:
        really(event_id)
        changed_rows(sa.update(Event).where(Event.id == event_id).values(cancelled_at=now))

    monkeypatch.setattr(seats, "hold", meanwhile)
    with clock.travel(now), transaction():
        read_before = db.session.get_one(Event, one.event_id)
        assert read_before.cancelled_at is None
        assert leaving.cancel(again_here(one), seen=PRICE) == PRICE


# ------------------------------------------------------------------ staff, and who leaves


def test_staff_cannot_give_back_more_than_is_left(make: Make, kind: TicketType) -> None:
    one, staff = make.paid_registration(kind), make.staff("owner")
    staff_give_back(one, 3000)
    with pytest.raises(Invalid), transaction():
        desk.cancel(again(one), refund=PRICE, reason="", by=viewer_of(staff.id))
    with transaction():
        desk.cancel(again(one), refund=7000, reason="", by=viewer_of(staff.id))
    assert given_back(one) == PRICE


@pytest.mark.parametrize("asked", [0, 2500])
def test_of_a_called_off_event_staff_give_everything_back(make: Make, kind: TicketType, asked: int) -> None:
    """The worker has not come to this ticket yet: by hand nobody gets less than from it."""
    one, staff = make.paid_registration(kind), viewer_of(make.staff("owner").id)
    staff_give_back(one, 3000)
    with transaction():
        calling_off.call_off(db.session.get_one(Event, one.event_id), words="Storm", by=staff)
    with transaction():
        desk.cancel(again_here(one), refund=asked, reason="Storm", by=staff)
    assert given_back(one) == PRICE
    told = sa.select(Notification.facts).where(Notification.kind == "events.staff_cancelled")
    assert db.session.scalars(told).one()["refund"] == PRICE - 3000


@pytest.mark.one_database
def test_of_a_called_off_event_staff_are_not_asked_how_much(
    make: Make, kind: TicketType, as_staff: Any
) -> None:
    one, staff = make.paid_registration(kind), viewer_of(make.staff("owner").id)
    slug = db.session.get_one(Event, one.event_id).slug
    desk_of, url = as_staff("owner"), f"/console/events/{slug}/people/{one.id}"
    assert 'name="refund"' in desk_of.get(url).get_data(as_text=True)
    with transaction():
        calling_off.call_off(db.session.get_one(Event, one.event_id), words="Storm", by=staff)
    page = desk_of.get(url).get_data(as_text=True)
    assert 'name="refund"' not in page and "all that is left of the payment goes back, ¥100.00" in page
    desk_of.post(f"{url}/give-back", data={"reason": "Storm"})
    assert given_back(one) == PRICE


def test_who_leaves_the_house_is_not_held_back_by_a_part_that_went_back(make: Make, kind: TicketType) -> None:
    member = make.member()
    one = make.paid_registration(kind, member)
    staff_give_back(one, 3000)
    with transaction():
        personal.erase(member.id)
    assert given_back(one) == PRICE and again(one).state is RegistrationState.CANCELLED


def test_passed_on_then_cancelled_the_money_goes_to_who_paid(make: Make, kind: TicketType) -> None:
    buyer, taker = make.member(), make.member()
    one = make.paid_registration(kind, buyer)
    pass_on(one, buyer, taker)
    with transaction():
        leaving.cancel(again(one), seen=PRICE)
    payment = db.session.get_one(Payment, str(again(one).payment_id))
    assert (payment.payer_id, payment.refunded) == (buyer.id, PRICE)


def test_who_bought_a_ticket_for_somebody_else_leaves_and_the_ticket_stays_whole(
    make: Make, kind: TicketType
) -> None:
    buyer, taker = make.member(), make.member(display_name="阿岚")
    one = make.paid_registration(kind, buyer)
    pass_on(one, buyer, taker)
    with transaction():
        mine = db.session.get_one(Registration, one.id)
        mine.phone, mine.show_face = "+8613900000000", True
    with transaction():
        personal.erase(buyer.id)
    left = again(one)
    assert left.state is RegistrationState.CONFIRMED
    assert (left.name, left.phone, left.show_face) == ("阿岚", "+8613900000000", True)


def test_money_that_comes_late_for_somebody_who_stands_in_line_again(make: Make, kind: TicketType) -> None:
    """Their seats and those of others ran out of time, nobody has swept yet: the line is asked first, and that is them."""
    kind = make.ticket_type(capacity=3, price=PRICE)
    member = make.member()
    late = make.registration(kind, member, held=True)
    payment_id = begin_to_pay(late)
    start = clock.now()
    with clock.travel(start + timedelta(minutes=20)):
        make.registration(kind, people=3, held=True)
        make.waiting_entry(kind, member)
    with clock.travel(start + timedelta(minutes=40)):
        comes_late(payment_id)
        theirs = sa.select(Registration.origin).where(
            Registration.member_id == member.id, Registration.state == RegistrationState.HELD
        )
        assert db.session.scalar(theirs) is Origin.OFFER
        assert db.session.get_one(Payment, payment_id, populate_existing=True).refunded == PRICE
    proven()


def test_money_that_comes_late_for_somebody_who_left_the_house(
    make: Make, kind: TicketType, run_jobs: Any
) -> None:
    member = make.member()
    late = make.registration(kind, member, held=True)
    payment_id = begin_to_pay(late)
    with clock.travel(clock.now() + timedelta(hours=1)):
        run_jobs()
        with transaction():
            erasing.erase(member.id)
        comes_late(payment_id)
        assert again(late).state is RegistrationState.EXPIRED
        assert db.session.get_one(Payment, payment_id, populate_existing=True).refunded == PRICE


def test_a_payment_that_begins_while_somebody_waits_for_the_seats_is_not_overlooked(
    make: Make, kind: TicketType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read before the seats were held, it was none yet: whoever gives money back looks again instead of giving back nothing."""
    one, really = make.registration(kind, held=True), seats.hold
    begun = sa.update(Registration).where(Registration.id == one.id).values(payment_id=new_id())

    def meanwhile(event_id: str) -> None:
        really(event_id)
        changed_rows(begun)

    monkeypatch.setattr(seats, "hold", meanwhile)
    for deed in (lambda: calling_off.end_ticket(one.id), lambda: leaving.give_up(again_here(one))):
        with pytest.raises(Conflict), transaction():
            deed()


def again_here(one: Registration) -> Registration:
    return db.session.get_one(Registration, one.id)
