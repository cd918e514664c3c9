"""The worker's part: what time does to memberships, standings and gifts."""

from __future__ import annotations

import logging
from collections.abc import Callable

from portal.core.db import db, transaction
from portal.core.jobs import periodic, task
from portal.membership.models import Subscription
from portal.membership.services import gifts, passing, rituals, showing, standings

log = logging.getLogger(__name__)

AT_ONCE = 200
#: who climbs is found by adding up a year of everybody's deeds: more of them at a time
CLIMBERS = 2000
#: so many times in one run, where everybody who is due should be done soon
HELPINGS = 50


@periodic(minutes=1)
def move_subscriptions() -> None:
    _each(passing.due_subscriptions(AT_ONCE), _catch_up)


@periodic(minutes=10)
def look_at_standings() -> None:
    """Those who climbed on one day, when years of orders came in, are due on one day too."""
    _all_due(standings.due_standings, standings.look_at)


@periodic(minutes=1)
def show_tiers() -> None:
    """A tier that got another name may be that of thousands: some of them a minute would take too long."""
    _all_due(showing.due_shown, showing.show_now)


@task
def look_for_climbers() -> None:
    """After staff made the ladder easier: who reaches more now."""
    before: list[str] = []
    while (found := standings.overlooked(CLIMBERS)) and found != before:
        _each(found, standings.look_at)
        before = found


@periodic(minutes=60)
def find_climbers() -> None:
    """What a lost hint has left."""
    look_for_climbers()


@periodic(minutes=60)
def expire_gifts() -> None:
    with transaction():
        gifts.expire_gifts()


@periodic(minutes=10)
def greet() -> None:
    """Whose day it is, some in each transaction: a killed worker loses nothing, the next run goes on."""
    for ritual_id in rituals.active_rituals():
        try:
            _greet_all(ritual_id)
        except Exception:
            log.exception("membership: greeting failed for %s", ritual_id)


def _greet_all(ritual_id: str) -> None:
    found = 1
    while found:
        with transaction():
            found = rituals.greet_some(ritual_id)


def _all_due(due_now: Callable[[int], list[str]], change: Callable[[str], None]) -> None:
    """All who are due, as far as one run reaches; nobody twice, whom it did not help the first time."""
    before: list[str] = []
    for _helping in range(HELPINGS):
        due = due_now(AT_ONCE)
        if due == before:
            return
        _each(due, change)
        if len(due) < AT_ONCE:
            return
        before = due


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
