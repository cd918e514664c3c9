"""The worker's part: what time does to memberships, standings and gifts."""

from __future__ import annotations

import logging
from collections.abc import Callable

from portal.core.db import db, transaction
from portal.core.jobs import periodic
from portal.membership.models import Subscription
from portal.membership.services import gifts, passing, rituals, standings

log = logging.getLogger(__name__)

AT_ONCE = 200


@periodic(minutes=1)
def move_subscriptions() -> None:
    _each(passing.due_subscriptions(AT_ONCE), _catch_up)


@periodic(minutes=10)
def look_at_standings() -> None:
    _each(standings.due_standings(AT_ONCE), standings.look_at)


@periodic(minutes=60)
def expire_gifts() -> None:
    with transaction():
        gifts.expire_gifts()


@periodic(minutes=60)
def greet() -> None:
    with transaction():
        rituals.greet_joining_days()


def _catch_up(subscription_id: str) -> None:
    subscription = db.session.get(Subscription, subscription_id)
    if subscription is not None:
        passing.catch_up(subscription)


def _each(ids: list[str], change: Callable[[str], None]) -> None:
    """Each in a transaction of its own: one that is broken stands in nobody's way."""
    for one in ids:
        try:
            with transaction():
                change(one)
        except Exception:
            log.exception("membership: %s failed for %s", change.__name__, one)
