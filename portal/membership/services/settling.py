"""What the money changes: a paid charge gives its period, one paid too late is paid back, a refund ends what it gave.

Called by the receivers of payments, in their transaction and under the lock of the payment. Each may be heard twice.
"""

from __future__ import annotations

from datetime import datetime

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db
from portal.membership.models import (
    Charge,
    ChargeKind,
    ChargeState,
    Happened,
    Plan,
    SpanKind,
    State,
    Subscription,
)
from portal.membership.queries.plans import get_plan
from portal.membership.queries.subscriptions import live_subscription
from portal.membership.rules import terms
from portal.membership.rules.lifecycle import Event, after, may_happen
from portal.membership.services import charges, spans
from portal.membership.services.holding import hold, is_gone
from portal.membership.services.passing import catch_up
from portal.membership.services.places import arrange, start_of
from portal.membership.services.road import note
from portal.membership.services.timing import set_due

_EVENTS = {
    ChargeKind.JOIN: Event.PAID,
    ChargeKind.RENEW: Event.RENEWED,
    ChargeKind.UPGRADE: Event.UPGRADED,
}
_LINES = {
    ChargeKind.JOIN: Happened.JOINED,
    ChargeKind.RENEW: Happened.RENEWED,
    ChargeKind.UPGRADE: Happened.UPGRADED,
}


def settle(charge: Charge) -> bool:
    """The charge is paid (or nothing was due): its period begins. False when it is of no use any more.

    Then the money has to go back: something else was paid meanwhile, or the membership has moved on.
    """
    subscription = db.session.get_one(Subscription, charge.subscription_id)
    catch_up(subscription)
    if charge.state is ChargeState.PAID:
        return True
    if not _is_wanted(charge, subscription):
        charge.state = ChargeState.DROPPED
        db.session.flush()
        return False
    event, now, plan = _EVENTS[charge.kind], clock.now(), get_plan(charge.plan_id)
    was, before = subscription.state, subscription.plan_id
    following = after(was, event)
    start, end = _period(charge, subscription, plan, now)
    _make_room(charge, subscription, now)
    charge.state, charge.settled_at = ChargeState.PAID, now
    charge.seconds = int((end - start).total_seconds())
    subscription.state = following
    _begin(charge, subscription, plan, start, end, now)
    arrange(subscription.member_id)
    what = Happened.RETURNED if was is State.LAPSED else _LINES[charge.kind]
    note(subscription.member_id, what, plan=plan.id, until=end.isoformat())
    if charge.kind is ChargeKind.RENEW and plan.id != before:
        note(subscription.member_id, Happened.DOWNGRADED, plan=plan.id)
    return True


def drop(charge: Charge) -> None:
    """Nobody paid it. A membership that has not begun is dropped with it; a running one only stays as it is."""
    subscription = db.session.get_one(Subscription, charge.subscription_id)
    hold(subscription.member_id)
    if charge.state is ChargeState.OPEN:
        charge.state = ChargeState.DROPPED
    if may_happen(subscription.state, Event.CHECKOUT_ENDED):
        subscription.state = after(subscription.state, Event.CHECKOUT_ENDED)
    db.session.flush()


def take_back(charge: Charge, *, returned: int) -> None:
    """So much in all was paid back of a charge. Once it is everything, what it gave ends now; and once everything that was
    ever paid is back, so does what was only set off against it."""
    subscription = db.session.get_one(Subscription, charge.subscription_id)
    catch_up(subscription)
    if charge.state is not ChargeState.PAID:
        return
    charge.returned = min(returned, charge.amount)
    if charge.returned < charge.amount:
        db.session.flush()
        return
    now = clock.now()
    _end(charge, now)
    if charge.kind is ChargeKind.UPGRADE:
        _bring_back(subscription)
    rest = charges.paid_charges(subscription)
    if all(other.returned == other.amount for other in rest):
        for other in rest:
            _end(other, now)
    _stand(subscription, now)
    arrange(subscription.member_id)
    note(subscription.member_id, Happened.REFUNDED, plan=charge.plan_id)


def _end(charge: Charge, now: datetime) -> None:
    """What it gave ends for good."""
    charge.state = ChargeState.RETURNED
    for span in spans.of_sources([charge.id]):
        spans.end(span, now)
    db.session.flush()


def _is_wanted(charge: Charge, subscription: Subscription) -> bool:
    elsewhere = _runs_elsewhere(subscription)
    return (
        charge.state in (ChargeState.OPEN, ChargeState.DROPPED)
        and not elsewhere
        and not is_gone(subscription.member_id)
        and not charges.is_stale(charge)
        and _credit_holds(charge, subscription)
        and may_happen(subscription.state, _EVENTS[charge.kind])
    )


def _runs_elsewhere(subscription: Subscription) -> bool:
    live = live_subscription(subscription.member_id)
    return live is not None and live.id != subscription.id


def _credit_holds(charge: Charge, subscription: Subscription) -> bool:
    """What an upgrade sets off was reckoned for the day on which it was offered, and from money that is still here."""
    if charge.kind is not ChargeKind.UPGRADE:
        return True
    fresh = clock.now() - charge.created_at <= terms.OFFER_HOLDS
    return fresh and charge.credit <= charges.money_kept(subscription)


def _period(
    charge: Charge, subscription: Subscription, plan: Plan, now: datetime
) -> tuple[datetime, datetime]:
    zone = brand.current().time_zone
    start = start_of(charge.kind, subscription.member_id, plan.tier_id, subscription, now)
    if charge.kind is ChargeKind.UPGRADE:
        preview = terms.upgrade_preview(charge.price, charge.months, charge.credit, start, zone)
        return preview.starts_at, preview.ends_at
    return start, terms.months_later(start, charge.months, zone)


def _make_room(charge: Charge, subscription: Subscription, now: datetime) -> None:
    """What came before gives way: an upgrade takes its place, a renewal its grace."""
    for span in charges.all_spans(subscription):
        if charge.kind is ChargeKind.UPGRADE:
            spans.end(span, now, for_good=False)
        else:
            span.grace_until = None


def _begin(
    charge: Charge, subscription: Subscription, plan: Plan, start: datetime, end: datetime, now: datetime
) -> None:
    subscription.plan_id, subscription.next_plan_id, subscription.reminded = plan.id, None, None
    subscription.period_end = end
    if start <= now or subscription.period_start is None:
        subscription.period_start = start
    spans.give(
        subscription.member_id,
        plan.tier_id,
        SpanKind.PAID,
        starts_at=start,
        ends_at=end,
        grace=terms.GRACE,
        source_id=charge.id,
    )
    set_due(subscription)


def _bring_back(subscription: Subscription) -> None:
    """An upgrade is undone: what it took the place of lasts as long as it was meant to, unless a later one did too."""
    upgrades = [
        _turn(charge) for charge in charges.paid_charges(subscription) if charge.kind is ChargeKind.UPGRADE
    ]
    turns = {charge.id: _turn(charge) for charge in charges.paid_charges(subscription)}
    for span in charges.all_spans(subscription):
        own = turns[str(span.source_id)]
        if span.ends_at < span.planned_end and not any(later > own for later in upgrades):
            spans.restore(span)


def _turn(charge: Charge) -> tuple[datetime, str]:
    """The order in which charges took effect."""
    assert charge.settled_at is not None
    return charge.settled_at, charge.id


def _stand(subscription: Subscription, now: datetime) -> None:
    """After a refund: go on with what else is paid, also with what had seemed to be over; or it is over."""
    ahead = charges.spans_ahead(subscription, now)
    if not ahead:
        if may_happen(subscription.state, Event.REFUNDED) and not _stays(subscription):
            subscription.state = after(subscription.state, Event.REFUNDED)
            subscription.paused_at = subscription.seconds_left = None
        set_due(subscription)
        return
    if may_happen(subscription.state, Event.BROUGHT_BACK) and not _runs_elsewhere(subscription):
        subscription.state = after(subscription.state, Event.BROUGHT_BACK)
        subscription.paused_at = subscription.seconds_left = None
    last = ahead[-1]
    last.grace_until = last.ends_at + terms.GRACE if subscription.state is State.ACTIVE else None
    subscription.plan_id = _plan_behind(last.source_id)
    subscription.period_start, subscription.period_end = ahead[0].starts_at, last.ends_at
    subscription.reminded = None
    set_due(subscription)


def _stays(subscription: Subscription) -> bool:
    """Whether what was paid back was not what it stands on: another charge rests, or was its last period."""
    last = subscription.paused_at or subscription.period_end
    return any(span.ends_at == last for span in charges.all_spans(subscription))


def _plan_behind(charge_id: str | None) -> str:
    assert charge_id is not None
    return db.session.get_one(Charge, charge_id).plan_id
