"""What time does to subscriptions: grace, the end, waking up, and the reminders before."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.membership.models import Happened, SpanKind, State, Subscription
from portal.membership.rules import terms
from portal.membership.rules.lifecycle import Event, after
from portal.membership.services import charges, places, spans, telling
from portal.membership.services.holding import hold
from portal.membership.services.road import note
from portal.membership.services.timing import due_reminder, set_due


def due_subscriptions(limit: int) -> list[str]:
    """Ids of those that time may have changed."""
    due = sa.select(Subscription.id).where(Subscription.due_at <= clock.now())
    return list(db.session.scalars(due.order_by(Subscription.due_at, Subscription.id).limit(limit)))


def catch_up(subscription: Subscription) -> None:
    """Hold the member, and bring the subscription to the present through all that it slept through. Twice is once."""
    hold(subscription.member_id)
    now = clock.now()
    if subscription.due_at is None or subscription.due_at > now:
        return
    while _move(subscription):
        pass
    days = due_reminder(subscription, now)
    if days is not None:
        subscription.reminded = days
        telling.remind(subscription, days)
    set_due(subscription)


def wake(subscription: Subscription, following: State) -> None:
    """What was left when it went to rest goes on, as a further span of the same charge: now, or when what was given
    and began meanwhile is over."""
    assert subscription.seconds_left is not None
    assert subscription.paused_at is not None
    ended = [span for span in charges.all_spans(subscription) if span.ends_at <= subscription.paused_at]
    rested, now = max(ended, key=lambda span: (span.ends_at, span.starts_at)), clock.now()
    start = places.start_after_rest(rested.member_id, rested.tier_id, now)
    end = start + timedelta(seconds=subscription.seconds_left)
    subscription.state, subscription.period_start, subscription.period_end = following, start, end
    subscription.paused_at = subscription.seconds_left = subscription.reminded = None
    spans.give(
        rested.member_id,
        rested.tier_id,
        SpanKind.PAID,
        starts_at=start,
        ends_at=end,
        grace=terms.GRACE,
        source_id=rested.source_id,
    )
    places.arrange(subscription.member_id)
    note(subscription.member_id, Happened.RESUMED, until=subscription.period_end.isoformat())


def _move(subscription: Subscription) -> bool:
    """One step, if its time has come."""
    now, end, state = clock.now(), subscription.period_end, subscription.state
    if state is State.PAUSED and subscription.paused_at is not None:
        if now < subscription.paused_at + terms.LONGEST_PAUSE:
            return False
        wake(subscription, after(state, Event.RESUMED))
        telling.woke_up(subscription)
        return True
    if end is None or now < end:
        return False
    if state is State.ACTIVE:
        _begin_grace(subscription)
    elif state is State.ENDING:
        _lapse(subscription, Event.PERIOD_OVER)
    elif state is State.GRACE and now >= end + terms.GRACE:
        _lapse(subscription, Event.GRACE_OVER)
    else:
        return False
    db.session.flush()
    return True


def _begin_grace(subscription: Subscription) -> None:
    assert subscription.period_end is not None
    subscription.state = after(subscription.state, Event.PERIOD_OVER)
    until = subscription.period_end + terms.GRACE
    note(subscription.member_id, Happened.GRACE_BEGAN, until=until.isoformat())
    if clock.now() < until:
        telling.grace_began(subscription, until)


def _lapse(subscription: Subscription, event: Event) -> None:
    subscription.state = after(subscription.state, event)
    note(subscription.member_id, Happened.LAPSED)
    telling.lapsed(subscription)
