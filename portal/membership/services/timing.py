"""When time alone changes a subscription or calls for a word to its member."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.core import clock
from portal.core.db import db
from portal.membership.models import State, Subscription
from portal.membership.rules import terms

#: shorter periods are not announced a month before their end
SHORT = timedelta(days=60)


def set_due(subscription: Subscription) -> None:
    """Note when the sweep has to look at it next, and let its version grow."""
    subscription.due_at = _due(subscription)
    subscription.version += 1
    db.session.flush()


def due_reminder(subscription: Subscription, now: datetime) -> int | None:
    """How many days before the end a reminder is due now, unless that one or a later one was sent; or None."""
    if subscription.state not in (State.ACTIVE, State.ENDING) or subscription.period_end is None:
        return None
    passed = [days for days in _reminders(subscription) if subscription.period_end - timedelta(days) <= now]
    nearest = min(passed, default=None)
    sent = subscription.reminded
    return nearest if nearest is not None and (sent is None or nearest < sent) else None


def _due(subscription: Subscription) -> datetime | None:
    end = subscription.period_end
    if subscription.state is State.PAUSED and subscription.paused_at is not None:
        return subscription.paused_at + terms.LONGEST_PAUSE
    if subscription.state is State.GRACE and end is not None:
        return end + terms.GRACE
    if subscription.state not in (State.ACTIVE, State.ENDING) or end is None:
        return None
    sent, now = subscription.reminded, clock.now()
    ahead = [end - timedelta(days) for days in _reminders(subscription) if sent is None or days < sent]
    return min([moment for moment in ahead if moment > now], default=end)


def _reminders(subscription: Subscription) -> list[int]:
    start, end = subscription.period_start, subscription.period_end
    short = start is not None and end is not None and end - start < SHORT
    return [days for days in terms.REMINDERS if not (short and days >= 30)]
