"""When it is time to speak of an event that is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.core import clock

#: at ten in the morning, when everybody has slept
MORNING = 10 * 60
REST = timedelta(hours=8)
#: surveys stay open for so long
OPEN_FOR = timedelta(days=21)
#: doors that were offline tell within so long; then nothing is looked at again
LOOK_BACK = timedelta(days=14)


def morning_after(ends_at: datetime, zone: str) -> datetime:
    """The first ten o'clock in ``zone`` that leaves a night's rest after the end."""
    rested = ends_at + REST
    day = clock.in_zone(rested, zone).date()
    morning = clock.wall_time(day, MORNING, zone)
    return morning if morning >= rested else clock.wall_time(day + timedelta(days=1), MORNING, zone)
