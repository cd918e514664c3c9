"""When drops happen, for whom they open when, and what may still be done with one. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.core import clock
from portal.core.access import Permission, Viewer
from portal.drops.models import Drop

#: staff choose among so many of the next slots
SLOTS = 26
#: what opened stands on top of the calendar for so long
FRESH = timedelta(days=1)
#: members are reminded so long before it opens for them
BEFORE = timedelta(hours=1)
MOST_ITEMS = 40


class Stage(StrEnum):
    """Where a drop stands for one viewer."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    PAST = "past"
    CANCELLED = "cancelled"


def slots(weekday: int, minute: int, zone: str, after: datetime, number: int = SLOTS) -> list[datetime]:
    """The next moments after ``after`` at which drops happen, in UTC: always the same weekday (0 is Monday) and the same
    minute after midnight on the clocks of ``zone``, whatever happens to those clocks in between."""
    today = clock.in_zone(after, zone).date()
    first: date = today + timedelta(days=(weekday - today.weekday()) % 7)
    found = [clock.wall_time(first + timedelta(weeks=week), minute, zone) for week in range(number + 1)]
    return [moment for moment in found if moment > after][:number]


def is_slot(moment: datetime, weekday: int, minute: int, zone: str) -> bool:
    """Whether drops of this slot happen at ``moment``."""
    day = clock.in_zone(moment, zone).date()
    return day.weekday() == weekday and clock.wall_time(day, minute, zone) == moment


def opens_for(starts_at: datetime, early_hours: int) -> datetime:
    """From when somebody may buy who has so many hours of early access."""
    return starts_at - timedelta(hours=early_hours)


def stage_of(drop: Drop, opens_at: datetime, now: datetime) -> Stage:
    """For somebody for whom it opens at ``opens_at``."""
    if not drop.is_public:
        return Stage.DRAFT
    if drop.cancelled_at is not None:
        return Stage.CANCELLED
    if now < opens_at:
        return Stage.COMING
    return Stage.OPEN if now < drop.starts_at + FRESH else Stage.PAST


def may_shop(drop: Drop, opens_at: datetime, now: datetime) -> bool:
    """Whether the way to the shop is open for them: also long after, never for what was cancelled."""
    return drop.is_public and drop.cancelled_at is None and now >= opens_at


def shows_hidden(drop: Drop, now: datetime) -> bool:
    """Whether its pages show pictures of products that are hidden until then: from its announcement until a day after it opened,
    so that nothing vanishes in the minute in which it opens. To those who make it, also before it is announced."""
    return drop.cancelled_at is None and now < drop.starts_at + FRESH


def is_movable(drop: Drop, opens_at: datetime, now: datetime) -> bool:
    """Drafts always; what everybody sees until it opens for the first member, at ``opens_at``."""
    return not drop.is_public or (drop.cancelled_at is None and now < opens_at)


def may_see(viewer: Viewer | None, drop: Drop) -> bool:
    """Drafts are for those who look after products."""
    return drop.is_public or (viewer is not None and viewer.can(Permission.MANAGE_PRODUCTS))
