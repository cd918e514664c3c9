"""The provider's word becomes ours: the one place where a payment turns paid."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, insert_once
from portal.payments import queries, rules
from portal.payments.models import ENDED, RUNNING, Payment, PaymentState, ReceiptBook
from portal.payments.providers import Standing, Truth
from portal.payments.services import telling
from portal.payments.services.opening import end

log = logging.getLogger(__name__)


def apply_truth(payment_id: str, truth: Truth) -> PaymentState:
    """Bring a payment to where its provider says it is, and plan the next question. Returns the state after it.

    Any number of answers in any order have one effect. Signals and messages go out with the change.
    """
    payment = queries.held_payment(payment_id)
    now = clock.now()
    before = payment.state
    after = rules.state_after(
        before, truth, amount=payment.amount, currency=payment.currency, over=rules.is_over(payment, now)
    )
    if payment.provider_ref is None and truth.provider_ref:
        payment.provider_ref = truth.provider_ref
    if after is before:
        payment.next_ask_at = rules.next_ask(payment, now)
        db.session.flush()
    elif after in ENDED:
        end(payment, after)
        _ask_later_again(payment, truth)
    else:
        _take_money(payment, truth, after)
    return after


def _take_money(payment: Payment, truth: Truth, state: PaymentState) -> None:
    """Paid, or wrong. Nothing more can come, so nobody asks any more."""
    receipt_no = None
    if state is PaymentState.PAID:
        telling.arriving(payment)
        receipt_no = _next_receipt_number()
    payment.late = payment.state in ENDED
    payment.state, payment.receipt_no = state, receipt_no
    payment.received, payment.received_currency = truth.amount, truth.currency
    payment.paid_at = truth.paid_at or clock.now()
    payment.ended_at = payment.next_ask_at = None
    db.session.flush()
    if state is PaymentState.PAID:
        telling.paid(payment)
        return
    log.warning(
        "payment %s: %s %s came instead of %s %s; it is held",
        payment.id,
        truth.amount,
        truth.currency,
        payment.amount,
        payment.currency,
    )
    telling.held(payment)


def ask_later(payment_id: str) -> None:
    """The provider could not be asked: it will be."""
    payment = queries.held_payment(payment_id)
    now = clock.now()
    payment.next_ask_at = rules.next_ask(payment, now)
    if payment.state in RUNNING and rules.is_over(payment, now):
        payment.next_ask_at = now + rules.LEASE
    elif payment.state in ENDED and payment.next_ask_at is None:
        payment.next_ask_at = (
            now + rules.LATE_ASKS[-2]
        )  # nobody could be asked so far: money may have come all the same
    db.session.flush()


def _ask_later_again(payment: Payment, truth: Truth) -> None:
    """What the provider itself has closed needs no closing, only the later looks."""
    if truth.standing in (Standing.CLOSED, Standing.FAILED):
        payment.next_ask_at = rules.next_ask(payment, clock.now())
        db.session.flush()


def _next_receipt_number() -> str:
    """Numbers of a year in the order of payment; the row of the year is held until the money is stored."""
    year = brand.shop_day(clock.now()).year
    insert_once(ReceiptBook, year=year, last=0)
    turned = sa.update(ReceiptBook).where(ReceiptBook.year == year).values(last=ReceiptBook.last + 1)
    options = {"synchronize_session": False}
    number = db.session.scalar(turned.returning(ReceiptBook.last), execution_options=options)
    assert number is not None
    return rules.receipt_number(year, number)
