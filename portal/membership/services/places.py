"""Where periods lie on a member's timeline, so that no time is lost: one begins when what is as good is over."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.membership.models import ChargeKind, Span, SpanKind, State, Subscription, Tier
from portal.membership.models.paid import LIVE
from portal.membership.queries.access import time_with
from portal.membership.queries.subscriptions import live_subscription
from portal.membership.services import charges, spans
from portal.membership.services.timing import set_due


def first_free_moment(
    member_id: str, tier_id: str, moment: datetime, *, besides: str | None = None
) -> datetime:
    """When all that this member has of the tier or a higher one is over; ``moment`` if there is nothing after it.

    What one subscription (``besides``) gives does not count.
    """
    known = time_with(member_id, tier_id, moment, besides=besides)
    return max([moment, *(span.ends_at for span in known)])


def start_of(
    kind: ChargeKind, member_id: str, tier_id: str, subscription: Subscription | None, now: datetime
) -> datetime:
    """When a period that is paid now begins: a renewal joins on to what is paid, also out of the grace, an upgrade takes
    the place of its own membership; all of them wait for what was given and is as good."""
    moment, besides = now, None
    if subscription is not None and kind is ChargeKind.UPGRADE:
        besides = subscription.id
    if subscription is not None and kind is ChargeKind.RENEW and subscription.state in LIVE:
        moment = subscription.period_end or now
    return first_free_moment(member_id, tier_id, moment, besides=besides)


def start_after_rest(member_id: str, tier_id: str, now: datetime) -> datetime:
    """When what rested goes on: at once, or when what was given and has begun meanwhile is over."""
    begun = [span for span in time_with(member_id, tier_id, now) if span.starts_at <= now]
    return max([now, *(span.ends_at for span in begun)])


def arrange(member_id: str) -> None:
    """Whatever has not begun begins when what is as good or better before it is over: no gap is left, and nothing is
    used up under something better. Higher tiers go first. While a membership rests, nothing moves.

    What the house gives by hand has its days and keeps them, and what has begun runs on.
    """
    now, live = clock.now(), live_subscription(member_id)
    if live is not None and live.state is State.PAUSED:
        return
    held = _held(member_id, now)
    placed = [
        (span, height)
        for span, height in held
        if span.starts_at <= now or span.kind is SpanKind.COMPLIMENTARY
    ]
    waiting = [pair for pair in held if pair not in placed]
    for span, height in sorted(waiting, key=lambda pair: (-pair[1], pair[0].starts_at, pair[0].id)):
        spans.move(span, max([now, *(other.ends_at for other, place in placed if place >= height)]))
        placed.append((span, height))
    db.session.flush()
    if live is not None:
        _follow(live, now)


def _held(member_id: str, now: datetime) -> list[tuple[Span, int]]:
    statement = (
        sa.select(Span, Tier.position)
        .join(Tier, Tier.id == Span.tier_id)
        .where(Span.member_id == member_id, Span.ends_at > now, Span.ends_at > Span.starts_at)
    )
    return [(row.Span, row.position) for row in db.session.execute(statement)]


def _follow(subscription: Subscription, now: datetime) -> None:
    """Its period ends when the last of its spans does."""
    end = max((span.ends_at for span in charges.spans_ahead(subscription, now)), default=None)
    if end is not None and end != subscription.period_end:
        subscription.period_end, subscription.reminded = end, None
        set_due(subscription)
