"""Moments of an event that is held once more: so many days later, at the same time of the day on the shop's clocks. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.core import clock

WEEK = 7


def later(moment: datetime, days: int, zone: str) -> datetime:
    """The same time of the day so many days on, whatever happened to the clocks in between. UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    shown = datetime.combine(local.date() + timedelta(days=days), local.time(), ZoneInfo(zone))
    return shown.astimezone(UTC)


def next_time(first: date, today: date) -> date:
    """The same weekday nearest to a year later; where that is over, to two years later, and so on."""
    year = first.year
    while True:
        year += 1
        day = date(year, first.month, 28 if (first.month, first.day) == (2, 29) else first.day)
        on = (first.weekday() - day.weekday()) % WEEK
        day += timedelta(days=on if on <= WEEK // 2 else on - WEEK)
        if day > today:
            return day


def days_between(first: datetime, wanted: date, zone: str) -> int:
    """By how many days everything moves when the first day becomes ``wanted``."""
    return (wanted - clock.in_zone(first, zone).date()).days
