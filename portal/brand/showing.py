"""How moments and numbers read on a page: in the shop's zone and the visitor's language."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from portal.brand import queries
from portal.core import clock
from portal.core.i18n import _, locale


def when(moment: datetime) -> str:
    """Near things by distance (today, yesterday, a weekday), far ones by date."""
    zone, tongue = queries.current().time_zone, locale()
    local, today = clock.in_zone(moment, zone), clock.in_zone(clock.now(), zone).date()
    distance = (today - local.date()).days
    if distance == 0:
        return _("Today %(time)s", time=format_time(local, "HH:mm", locale=tongue))
    if distance == 1:
        return _("Yesterday")
    if 1 < distance < 7:
        return format_date(local.date(), "EEEE", locale=tongue)
    this_year = local.year == today.year
    return format_date(local.date(), _("MMM d") if this_year else _("MMM d, y"), locale=tongue)


def exactly(moment: datetime) -> str:
    """The full date and time, for titles and ``<time>``."""
    local = clock.in_zone(moment, queries.current().time_zone)
    return format_datetime(local, "medium", locale=locale())


def clock_time(moment: datetime) -> str:
    return format_time(clock.in_zone(moment, queries.current().time_zone), "HH:mm", locale=locale())


def count(number: int) -> str:
    """A number with the grouping people expect: 1,284."""
    return format_decimal(number, locale=locale())
