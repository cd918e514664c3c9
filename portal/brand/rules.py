"""Facts about the brand's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.brand.queries import Brand
from portal.core import clock


def is_open(brand: Brand, moment: datetime) -> bool:
    """Whether the shop's opening hours include this moment."""
    local = clock.in_zone(moment, brand.time_zone)
    return brand.opens_at <= local.hour * 60 + local.minute < brand.closes_at


def open_time_between(brand: Brand, start: datetime, end: datetime) -> timedelta:
    """How much of [start, end) lies within opening hours: the fair clock for promises made in opening hours."""
    if end <= start:
        return timedelta()
    total = timedelta()
    day = clock.in_zone(start, brand.time_zone).date()
    last = clock.in_zone(end, brand.time_zone).date()
    while day <= last:
        midnight = clock.day_start(day, brand.time_zone)
        opens = max(start, midnight + timedelta(minutes=brand.opens_at))
        closes = min(end, midnight + timedelta(minutes=brand.closes_at))
        total += max(timedelta(), closes - opens)
        day += timedelta(days=1)
    return total
