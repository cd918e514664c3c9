"""The one source of time. Stored in UTC; shown in the shop's zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_travelled_to: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _travelled_to or datetime.now(UTC)


@contextmanager
def travel(moment: datetime) -> Iterator[None]:
    """Let every part of this process believe it is ``moment`` (tests and the demo's loader). Not for threads."""
    global _travelled_to
    before, _travelled_to = _travelled_to, moment
    try:
        yield
    finally:
        _travelled_to = before


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same moment on the clocks of ``zone`` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone))


def day_start(day: date, zone: str) -> datetime:
    """The first moment of a calendar day in ``zone``, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def wall_time(day: date, minute: int, zone: str) -> datetime:
    """When the clocks of ``zone`` show ``minute`` minutes after midnight (1440: the next midnight), in UTC."""
    later, minute = divmod(minute, 24 * 60)
    shown = time(minute // 60, minute % 60)
    return datetime.combine(day + timedelta(days=later), shown, ZoneInfo(zone)).astimezone(UTC)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
