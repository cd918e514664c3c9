"""Many at once about the same money, and workers that die in the middle of it."""

from __future__ import annotations

import os
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.notifications.models import Notification
from portal.payments import desk, jobs, queries, services
from portal.payments.models import Payment, PaymentNotice, PaymentState, Refund, RefundState
from portal.payments.providers import Payer
from portal.payments.providers.known import find_provider
from portal.payments.services import refunds
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

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


def die(*_words: Any) -> None:
    os._exit(9)


def give_back_and_die(refund_id: str) -> None:
    """The provider has done it; our commit never comes."""
    services.apply_refund_truth = die  # type: ignore[assignment]
    with transaction():
        services.claim_refund(refund_id)
    desk.send_refund(refund_id)


def begin_and_die(payment_id: str) -> None:
    services.keep_checkout = die  # type: ignore[assignment]
    desk.start_checkout(payment_id, Payer())


def test_a_worker_killed_after_giving_back(house: House, people: Make) -> None:
    payment = people.payment(paid=True)
    refund_id = ask_back(payment.id, 5000)
    with pytest.raises(AssertionError, match="died"):
        at_once(house, give_back_and_die, [(refund_id,)])
    db.session.rollback()
    assert queries.get_refund(refund_id).state is RefundState.ASKED
    with clock.travel(clock.now() + clock.minutes(5)):
        sweep_refunds()
    assert queries.get_refund(refund_id).state is RefundState.DONE
    provider: Any = find_provider("sandbox")
    with provider.till._books() as books:
        given = books.execute("SELECT amount FROM repayment WHERE charge_id = ?", (payment.id,)).fetchall()
    assert given == [(5000,)], "it went back once"


def test_a_process_killed_after_the_checkout_began(house: House, people: Make) -> None:
    payment = people.payment()
    with pytest.raises(AssertionError, match="died"):
        at_once(house, begin_and_die, [(payment.id,)])
    db.session.rollback()
    assert db.session.get_one(Payment, payment.id, populate_existing=True).state is PaymentState.OPEN
    click_pay(payment.id)
    provider: Any = find_provider("sandbox")
    provider.till.pay(payment.id, clock.now())
    assert desk.ask_provider(payment.id) is PaymentState.PAID
