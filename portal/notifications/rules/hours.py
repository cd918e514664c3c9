"""Times of a member's own day, by the clocks of the zone they live in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.core import clock
from portal.notifications.models import Pace

DIGEST_AT = 9 * 60
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet hours: from ``start`` up to ``end``, minutes after midnight in ``zone``. Equal ends mean none."""

    start: int
    end: int
    zone: str

    def is_quiet(self, moment: datetime) -> bool:
        """Whether the member's clock shows a quiet hour. What it shows counts, also when it is set forward or back."""
        local = clock.in_zone(moment, self.zone)
        minute = local.hour * 60 + local.minute
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def quiet_until(self, moment: datetime) -> datetime | None:
        """When the quiet hours end in which this moment lies; None when it lies in none."""
        if not self.is_quiet(moment):
            return None
        day = clock.in_zone(moment, self.zone).date()
        ends = (
            _clock_shows(day + timedelta(days=later), self.end, self.zone, fold)
            for later in range(3)
            for fold in (0, 1)
        )
        return min(end for end in ends if end > moment and not self.is_quiet(end))


def next_digest(pace: Pace, zone: str, after: datetime) -> datetime:
    """The next nine o'clock in ``zone`` (on a Monday, when gathered weekly) after this moment."""
    day, step = clock.in_zone(after, zone).date(), timedelta(days=1)
    if pace is Pace.WEEKLY:
        day += timedelta(days=(MONDAY - day.weekday()) % 7)
        step = timedelta(days=7)
    while (moment := clock.wall_time(day, DIGEST_AT, zone)) <= after:
        day += step
    return moment


def _clock_shows(day: date, minute: int, zone: str, fold: int) -> datetime:
    """The moment when clocks show this; the second of two (``fold``) where they are set back over it."""
    shown = datetime.combine(day, time(minute // 60, minute % 60, fold=fold), ZoneInfo(zone))
    return shown.astimezone(UTC)
