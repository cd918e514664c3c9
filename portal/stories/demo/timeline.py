"""When things happened in the demo: by day in the shop's zone, more of them lately, answers within minutes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from portal.brand import queries as brand_queries
from portal.core import clock

#: the oldest story of the demo
SINCE = timedelta(days=214)
#: what happened longer ago has been read by now
READ_BEFORE = timedelta(days=2)
#: about older things nobody still has a message in the inbox
FORGOTTEN_BEFORE = timedelta(days=12)
#: minutes of opening hours ago: stories that nobody has answered yet
STILL_WAITING = (3, 8, 17, 31, 52, 74, 95)
#: minutes ago: first stories that wait for the moderator
STILL_HELD = (6, 21, 47, 63)


def moments(number: int, now: datetime, rng: random.Random) -> list[datetime]:
    """``number`` moments, the latest first: closer together towards today, in waking hours."""
    found = []
    for place in range(number):
        ago = timedelta(hours=3) + SINCE * (place / max(1, number)) ** 1.45
        found.append(by_day(now - ago, now, rng))
    return sorted(found, reverse=True)


def by_day(moment: datetime, now: datetime, rng: random.Random) -> datetime:
    """A moment near this one, between half past seven and eleven at night in the shop's zone, not in the future."""
    local = clock.in_zone(moment, brand_queries.current().time_zone)
    minute = rng.triangular(7.5 * 60, 23 * 60, 20 * 60)
    waking = local.replace(hour=int(minute // 60), minute=int(minute % 60), second=rng.randrange(60))
    waking = waking.astimezone(moment.tzinfo)
    return waking if waking < now - timedelta(hours=2) else min(moment, now - timedelta(hours=2))


def last_open(now: datetime) -> datetime:
    """Now, or the last moment at which the shop was open: at night, too, the demo shows stories that wait."""
    brand = brand_queries.current()
    local = clock.in_zone(now, brand.time_zone)
    minute = local.hour * 60 + local.minute
    if brand.opens_at <= minute < brand.closes_at:
        return now
    day = local.date() if minute >= brand.closes_at else local.date() - timedelta(days=1)
    return clock.day_start(day, brand.time_zone) + timedelta(minutes=brand.closes_at)


def answered_at(asked: datetime, rng: random.Random) -> datetime:
    """When the brand answers: mostly within ten minutes of opening hours, in the morning what came at night."""
    brand = brand_queries.current()
    local = clock.in_zone(asked, brand.time_zone)
    minute = local.hour * 60 + local.minute
    delay = timedelta(minutes=min(95.0, rng.lognormvariate(1.65, 0.62)), seconds=rng.randrange(60))
    midnight = clock.day_start(local.date(), brand.time_zone)
    if minute < brand.opens_at:
        return midnight + timedelta(minutes=brand.opens_at) + delay
    if minute >= brand.closes_at - 5:
        return midnight + timedelta(days=1, minutes=brand.opens_at) + delay
    return asked + delay


def talked_at(told: datetime, number: int, now: datetime, rng: random.Random) -> Sequence[datetime]:
    """When others wrote below a story, in order: the first soon, the last within three days, none in the future."""
    end = min(now - timedelta(minutes=2), told + timedelta(days=3))
    span = max(timedelta(minutes=1), end - told)
    return sorted(told + span * rng.random() ** 2.2 for _place in range(number))
