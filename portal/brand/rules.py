"""Facts about the brand's clock, and about what its owner saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.brand.queries import Brand
from portal.core import clock

#: the longest text of the house, in characters of one language
LONGEST_TEXT = 40_000
LONGEST_CHANGE = 200


def fingerprint(values: Mapping[str, Any]) -> str:
    """A short text that differs when any of these values does: a form carries it to say what its writer saw."""
    said = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


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
        opens = max(start, clock.wall_time(day, brand.opens_at, brand.time_zone))
        closes = min(end, clock.wall_time(day, brand.closes_at, brand.time_zone))
        total += max(timedelta(), closes - opens)
        day += timedelta(days=1)
    return total
