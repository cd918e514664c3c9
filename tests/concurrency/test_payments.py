"""Many at once about the same money, and workers that die in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.notifications.models import Notification
from portal.payments import desk, jobs, queries, services
from portal.payments.models import Payment, PaymentNotice, PaymentState, Refund, RefundState
from portal.payments.providers import Payer
from portal.payments.providers.known import build, find_provider
from portal.payments.providers.offline import OfflineProvider
from portal.payments.services import refunds
from portal.payments.settings import PaymentSettings
from tests.concurrency.crowd import House, Many, at_once, outcome
from tests.make import Make
from tests.payments.peers.stripe import HOOK_SECRET, KEY, StripePeer

PROCESSES = 4


def ask_back(payment_id: str, amount: int) -> Any:
    with transaction():
        return services.ask_refund(payment_id, amount, reason="", by=None).id


def ask_back_carefully(payment_id: str, amount: int) -> Any:
    return outcome(lambda: ask_back(payment_id, amount))


def ask_back_carelessly(payment_id: str, amount: int) -> Any:
    """The guard is off: whoever looks first finds enough left."""
    guard, refunds.changed_rows = refunds.changed_rows, lambda statement: 1
    try:
        return ask_back_carefully(payment_id, amount)
    finally:
        refunds.changed_rows = guard


def promised(payment_id: str) -> int:
    db.session.rollback()
    rows = sa.select(sa.func.sum(Refund.amount)).where(Refund.payment_id == payment_id)
    return int(db.session.scalar(rows) or 0)


def test_refunds_together_never_exceed_what_came(house: House, people: Make) -> None:
    payment = people.payment(paid=True)
    answers = at_once(house, ask_back_carefully, [(payment.id, 6000)] * PROCESSES)
    assert answers.count("Conflict") == PROCESSES - 2
    assert promised(payment.id) == 12000 <= payment.received


def test_without_the_guard_they_do(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    payment = people.payment(paid=True)
    at_once(house, ask_back_carelessly, [(payment.id, 6000)] * PROCESSES)
    assert promised(payment.id) > payment.received


def open_one(member_id: str, purpose_id: str) -> str:
    from tests.factories.payments import payment

    return str(payment(viewer_of(member_id), purpose_id=purpose_id).id)


def test_double_clicks_open_one_payment(house: House, people: Make) -> None:
    member, purpose_id = people.member(), new_id()
    ids = at_once(house, open_one, [(member.id, purpose_id)] * PROCESSES)
    assert len(set(ids)) == 1


def click_pay(payment_id: str) -> str:
    return desk.start_checkout(payment_id, Payer()).value


def test_double_clicks_begin_one_checkout(house: House, people: Make) -> None:
    payment = people.payment()
    assert len(set(at_once(house, click_pay, [(payment.id,)] * PROCESSES))) == 1


def tell(payment_id: str, event_id: str) -> int:
    provider: Any = find_provider("sandbox")
    return desk.notice("sandbox", *provider.notification(event_id, payment_id))[1]


def test_notifications_at_once_have_one_effect(house: House, people: Make) -> None:
    """Some of them the same, some of them others about the same money."""
    payment = people.payment(begun=True)
    provider: Any = find_provider("sandbox")
    provider.till.pay(payment.id, clock.now())
    event_id = new_id()
    shares = [(payment.id, event_id if number % 2 else new_id()) for number in range(PROCESSES)]
    assert set(at_once(house, tell, shares)) == {200}
    db.session.rollback()
    told = sa.select(Notification.count).where(
        Notification.member_id == payment.payer_id, Notification.kind == "payments.paid"
    )
    assert db.session.scalars(told).all() == [1]
    assert queries.get_payment(payment.id).state is PaymentState.PAID
    same = sa.select(sa.func.count()).select_from(PaymentNotice).where(PaymentNotice.event_id == event_id)
    assert db.session.scalar(same) == 1


def sweep_refunds() -> None:
    jobs.send_due_refunds()


def test_many_workers_give_back_once(house: House, people: Make) -> None:
    payment = people.payment(paid=True)
    refund_id = ask_back(payment.id, 5000)
    at_once(house, sweep_refunds, [()] * PROCESSES)
    db.session.rollback()
    assert queries.get_refund(refund_id).state is RefundState.DONE
    told = sa.select(Notification.count).where(
        Notification.member_id == payment.payer_id, Notification.kind == "payments.refunded"
    )
    assert db.session.scalars(told).all() == [1]


@pytest.fixture
def stripe(shared: Flask) -> Iterator[StripePeer]:
    """Stripe on loopback, spoken with by this process; ``at_stripe`` leads others to it."""
    peer, before = StripePeer(), shared.extensions["payments"]
    settings = replace(shared.config["PORTAL"], payments=PaymentSettings(**peer.settings()))
    shared.extensions["payments"] = before | build(settings)
    yield peer
    peer.go_on.set()
    peer.stop()
    shared.extensions["payments"] = before


def at_stripe(house: House, peer: StripePeer) -> House:
    return house.with_settings(STRIPE_KEY=KEY, STRIPE_HOOK_SECRET=HOOK_SECRET, STRIPE_URL=peer.url)


def kill_while_it_waits(house: House, peer: StripePeer, moment: str, deed: Any, *share: Any) -> None:
    """kill -9 of the process while Stripe has its question: ``before`` it did what was asked, or ``after``."""
    peer.pauses = moment
    peer.go_on.clear()
    peer.arrived.clear()
    process = Many(at_stripe(house, peer), deed, [share])
    assert peer.arrived.wait(30)
    process.kill()
    peer.pauses = ""
    peer.go_on.set()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_while_giving_back(
    house: House, people: Make, stripe: StripePeer, moment: str
) -> None:
    """It comes back up, asks what became of the refund, and it went back once."""
    payment = people.payment(provider="stripe")
    click_pay(payment.id)
    stripe.pay(payment.id)
    assert desk.ask_provider(payment.id) is PaymentState.PAID
    refund_id = ask_back(payment.id, 5000)
    kill_while_it_waits(house, stripe, moment, sweep_refunds)
    db.session.rollback()
    assert queries.get_refund(refund_id).state is RefundState.ASKED
    for minutes in (1, 5, 20):
        with clock.travel(clock.now() + clock.minutes(minutes)):
            sweep_refunds()
    assert queries.get_refund(refund_id).state is RefundState.DONE
    assert stripe.given(payment.id) == {refund_id: 5000}
    told = sa.select(Notification.count).where(
        Notification.member_id == payment.payer_id, Notification.kind == "payments.refunded"
    )
    assert db.session.scalars(told).all() == [1]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_while_the_checkout_begins(
    house: House, people: Make, stripe: StripePeer, moment: str
) -> None:
    """The next click finds the session that nobody was told of: there are never two that could be paid."""
    payment = people.payment(provider="stripe")
    kill_while_it_waits(house, stripe, moment, click_pay, payment.id)
    db.session.rollback()
    assert db.session.get_one(Payment, payment.id, populate_existing=True).state is PaymentState.OPEN
    click_pay(payment.id)
    assert [trade.id for trade in stripe.trades.values()] == [payment.id]
    stripe.pay(payment.id)
    assert desk.ask_provider(payment.id) is PaymentState.PAID


def confirm(refund_id: str, staff_id: str) -> Any:
    def deed() -> str:
        with transaction():
            services.confirm_refund(refund_id, by=viewer_of(staff_id), note="转账")
        return "done"

    return outcome(deed)


def test_two_of_staff_say_at_once_that_it_went_back(house: House, people: Make, shared: Flask) -> None:
    """The member hears of it once, and what they gave back is taken from them once."""
    before = shared.extensions["payments"]
    shared.extensions["payments"] = before | {"offline": OfflineProvider("工商银行 6222")}
    staff, payment = people.staff("manager"), people.payment(provider="offline")
    with transaction():
        services.confirm_transfer(payment.id, by=viewer_of(staff.id), note="")
    refund_id = ask_back(payment.id, 5000)
    with transaction():
        services.leave_to_staff(refund_id)
    there = house.with_settings(TRANSFER_TO="工商银行 6222")
    answers = at_once(there, confirm, [(refund_id, staff.id)] * PROCESSES)
    shared.extensions["payments"] = before
    assert sorted(answers) == ["Conflict"] * (PROCESSES - 1) + ["done"]
