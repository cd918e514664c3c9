"""How moments and numbers read on a page: in the shop's zone and the visitor's language."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from portal.brand import queries
from portal.core import clock
from portal.core.i18n import LOCALES, _, language, locale


def when(moment: datetime) -> str:
    """Near things by distance (today, yesterday, a weekday), far ones by date."""
    zone = queries.current().time_zone
    local, today = clock.in_zone(moment, zone), clock.in_zone(clock.now(), zone).date()
    distance = (today - local.date()).days
    if distance == 0:
        return _("Today %(time)s", time=f"{local:%H:%M}")
    if distance == 1:
        return _("Yesterday")
    if 1 < distance < 7:
        return _date(local.date(), "EEEE", language())
    this_year = local.year == today.year
    return _date(local.date(), _("MMM d") if this_year else _("MMM d, y"), language())


def exactly(moment: datetime) -> str:
    """The full date and time, for titles and ``<time>``."""
    local = clock.in_zone(moment, queries.current().time_zone)
    return format_datetime(local, "medium", locale=locale())


def clock_time(moment: datetime) -> str:
    return f"{clock.in_zone(moment, queries.current().time_zone):%H:%M}"


def count(number: int) -> str:
    """A number with the grouping people expect: 1,284."""
    return _number(number, language())


# ------------------------------------------------------------------ inside: the same few days and numbers on every page


@lru_cache(1000)
def _date(day: date, pattern: str, tongue: str) -> str:
    return format_date(day, pattern, locale=LOCALES[tongue])


@lru_cache(1000)
def _number(number: int, tongue: str) -> str:
    return format_decimal(number, locale=LOCALES[tongue])
