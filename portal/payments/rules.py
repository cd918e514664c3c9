"""Rules of money: what the provider's word means for a payment, when to ask again, what may go back. Pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.payments.models import ENDED, RECEIVED, RUNNING, Payment, PaymentState, Refund, RefundState
from portal.payments.providers import Standing, Truth

#: after a checkout began the provider is asked after these times, and then every hour until the payment ends
FIRST_ASKS = (
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=20),
)
EVERY = timedelta(hours=1)
#: an ended payment is asked for a few times more: its money may be on the way
LATE_ASKS = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
)
#: how long one who asks has for it, before another may
LEASE = timedelta(minutes=2)
#: a refund that waits is taken up again after these times, the last one for ever
REFUND_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)
LONGEST_HOLD = timedelta(days=30)


def state_after(state: PaymentState, truth: Truth, *, amount: int, currency: str, over: bool) -> PaymentState:
    """The state that follows from the provider's word. ``over``: the time to pay is over.

    Money decides and is never undone: whatever order answers arrive in, the result is the same.
    """
    if state in RECEIVED:
        return state
    if truth.standing is Standing.PAID and truth.amount > 0:
        exact = truth.amount == amount and truth.currency == currency
        return PaymentState.PAID if exact else PaymentState.WRONG
    if state in ENDED:
        return state
    if truth.standing is Standing.FAILED:
        return PaymentState.FAILED
    if over or truth.standing is Standing.CLOSED:
        return PaymentState.EXPIRED
    return state


def is_over(payment: Payment, now: datetime) -> bool:
    """Whether the time to pay has run out."""
    return now >= payment.expires_at


def next_ask(payment: Payment, now: datetime) -> datetime | None:
    """When to ask the provider again: soon at first, in any case when the time is over, and a few times after that."""
    if payment.state is PaymentState.CREATED:
        return payment.expires_at
    if payment.state in RECEIVED or payment.started_at is None:
        return None
    if payment.state in RUNNING:
        due = (payment.started_at + wait for wait in FIRST_ASKS)
        soon = next((moment for moment in due if moment > now), now + EVERY)
        return min(soon, max(payment.expires_at, now + FIRST_ASKS[0]))
    ended = payment.ended_at or now
    return next((ended + wait for wait in LATE_ASKS if ended + wait > now), None)


def refund_wait(attempts: int) -> timedelta:
    """How long a refund rests after so many tries."""
    return REFUND_WAITS[min(attempts, len(REFUND_WAITS)) - 1]


def may_pay(payment: Payment, now: datetime) -> bool:
    return payment.state in RUNNING and not is_over(payment, now)


def may_refund(payment: Payment) -> bool:
    """Whether anything is left to give back."""
    return payment.state in RECEIVED and payment.left.amount > 0


def is_whole(payment: Payment, refunds: list[Refund]) -> bool:
    """Whether everything that came has gone back."""
    done = sum(refund.amount for refund in refunds if refund.state is RefundState.DONE)
    return done == payment.received


def receipt_number(year: int, number: int) -> str:
    return f"{year}-{number:06d}"
