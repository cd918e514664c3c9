"""The worker's part: points come in and grow old, rules about badges are asked again."""

from __future__ import annotations

import logging

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import transaction
from portal.core.jobs import periodic
from portal.rewards import queries, services

log = logging.getLogger(__name__)

#: shop time, when nobody waits for anything
NIGHT_HOUR = 3


@periodic(minutes=5)
def settle_points() -> None:
    settle_due()


@periodic(minutes=60)
def follow_badge_rules() -> None:
    """Once a night: years together, and rules that staff changed. Deeds give their badges at once."""
    if clock.in_zone(clock.now(), brand.current().time_zone).hour == NIGHT_HOUR:
        give_due_badges()


def settle_due(limit: int = 500) -> int:
    """Release and expire what is due, each member in a transaction of their own. Returns how many accounts."""
    members = queries.accounts_due(limit)
    for member_id in members:
        try:
            with transaction():
                services.settle(member_id)
        except Exception:
            log.exception("the points of %s could not be settled", member_id)
    return len(members)


def give_due_badges(limit: int = 1000) -> int:
    """Give every badge whose rule fits somebody who never had it. Returns how many were asked about."""
    due = queries.badges_due(limit)
    for badge_id, member_id in due:
        try:
            with transaction():
                services.give_by_rule(badge_id, member_id)
        except Exception:
            log.exception("the rule of badge %s failed for %s", badge_id, member_id)
    return len(due)
