"""What a member is to pay for: a period on the terms that were shown, behind which stands one payment."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db, new_id
from portal.membership.models import Charge, ChargeKind, ChargeState, Plan, Span, Subscription
from portal.membership.rules.terms import unused_value
from portal.membership.services import spans
from portal.payments.models import Payment


def open_charge(subscription: Subscription, plan: Plan, kind: ChargeKind, *, credit: int = 0) -> Charge:
    """A new offer; the open ones before it are dropped, so that an old page is not paid beside it."""
    drop_open(subscription)
    charge = Charge(
        id=new_id(),
        subscription_id=subscription.id,
        kind=kind,
        plan_id=plan.id,
        months=plan.months,
        price=plan.price,
        credit=credit,
        amount=max(0, plan.price - credit),
        currency=plan.currency,
        state=ChargeState.OPEN,
        created_at=clock.now(),
    )
    db.session.add(charge)
    db.session.flush()
    return charge


def drop_open(subscription: Subscription) -> None:
    """Offers that nobody paid are off; one that is paid all the same is looked at then (:mod:`settling`)."""
    still = sa.update(Charge).where(
        Charge.subscription_id == subscription.id, Charge.state == ChargeState.OPEN
    )
    changed_rows(still.values(state=ChargeState.DROPPED))
    db.session.expire_all()


def is_stale(charge: Charge) -> bool:
    """Whether another charge of the same subscription was paid since this one was offered."""
    other = sa.select(Charge.id).where(
        Charge.subscription_id == charge.subscription_id,
        Charge.id != charge.id,
        Charge.state.in_((ChargeState.PAID, ChargeState.RETURNED)),
        Charge.settled_at > charge.created_at,
    )
    return bool(db.session.scalar(sa.select(other.exists())))


def paid_charges(subscription: Subscription) -> list[Charge]:
    """Those that were paid and not returned, oldest first."""
    statement = (
        sa.select(Charge)
        .where(Charge.subscription_id == subscription.id, Charge.state == ChargeState.PAID)
        .order_by(Charge.settled_at, Charge.id)
    )
    return list(db.session.scalars(statement))


def all_spans(subscription: Subscription) -> list[Span]:
    """Everything that was given for it and not paid back, by its beginning."""
    return spans.of_sources([charge.id for charge in paid_charges(subscription)])


def spans_ahead(subscription: Subscription, now: datetime) -> list[Span]:
    """What of it still gives something, now or later."""
    return [span for span in all_spans(subscription) if span.ends_at > max(now, span.starts_at)]


def credit_of(subscription: Subscription, now: datetime) -> int:
    """What is paid and not used yet, in minor units; never more than what was paid and neither given back nor promised
    to be."""
    paid, worth = _paid_and_kept(subscription), 0
    given = spans.of_sources([charge.id for charge, _kept in paid])
    for charge, _kept in paid:
        rest = spans.rest_of([span for span in given if span.source_id == charge.id], now)
        worth += unused_value(charge.worth, rest, timedelta(seconds=charge.seconds))
    return min(worth, sum(kept for _charge, kept in paid))


def money_kept(subscription: Subscription) -> int:
    """What its charges brought and was neither given back nor promised to be, in minor units."""
    return sum(kept for _charge, kept in _paid_and_kept(subscription))


def _paid_and_kept(subscription: Subscription) -> list[tuple[Charge, int]]:
    """The paid charges, and how much of each is here to stay. One query."""
    statement = (
        sa.select(Charge, sa.func.coalesce(Payment.refunded, 0).label("promised"))
        .outerjoin(Payment, Payment.id == Charge.payment_id)
        .where(Charge.subscription_id == subscription.id, Charge.state == ChargeState.PAID)
    )
    rows = db.session.execute(statement)
    return [(row.Charge, row.Charge.amount - max(row.Charge.returned, row.promised)) for row in rows]
