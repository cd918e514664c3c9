"""Somebody left for good: what waits for their money is called off, and what they have ends."""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict
from portal.membership.models import Span, Subscription
from portal.membership.rules.lifecycle import Event, after, may_happen
from portal.membership.services import charges, spans
from portal.membership.services.checkout import CHARGE, GIFT
from portal.membership.services.holding import hold
from portal.payments import services as payments
from portal.payments.models import RUNNING, Payment


def call_off(member_id: str) -> bool:
    """Cancel one payment that they began; False when there is none. Money that comes all the same goes back.

    Wants a transaction of its own: a payment is held before what it pays for.
    """
    waiting = sa.select(Payment.id).where(
        Payment.payer_id == member_id, Payment.purpose_kind.in_((CHARGE, GIFT)), Payment.state.in_(RUNNING)
    )
    payment_id = db.session.scalar(waiting.limit(1))
    if payment_id is None:
        return False
    with suppress(Conflict):  # it was paid this very moment
        payments.cancel(payment_id)
    return True


def end_all(member_id: str) -> None:
    """Nothing runs, rests or is to be paid any more, and the words are gone. Twice is once."""
    hold(member_id)
    now = clock.now()
    mine = sa.select(Subscription).where(Subscription.member_id == member_id)
    for subscription in db.session.scalars(mine).all():
        if may_happen(subscription.state, Event.ERASED):
            charges.drop_open(subscription)
            subscription.state = after(subscription.state, Event.ERASED)
        subscription.paused_at = subscription.seconds_left = None
        subscription.next_plan_id = subscription.due_at = None
        subscription.reason = ""
    for span in db.session.scalars(sa.select(Span).where(Span.member_id == member_id)).all():
        spans.end(span, now)
        span.reason = ""
    db.session.flush()
