"""How the dates and numbers of an event read on its page, in the brand's zone and the visitor's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, get_timezone_name

from portal.brand import queries as brand
from portal.brand.showing import price
from portal.core import clock
from portal.core.i18n import LOCALES, _, language, locale
from portal.core.i18n import lazy as _l
from portal.events.models import Event, EventKind

KIND_LABELS = {
    EventKind.FESTIVAL: _l("Festival"),
    EventKind.SALON: _l("Salon"),
    EventKind.HOLIDAY: _l("Holiday gathering"),
    EventKind.ONLINE: _l("Online"),
}
_COLON = re.compile(r"(.{2,}?[:：])\s*(.{2,})", re.DOTALL)
_YEARS = (
    _l("First year"),
    _l("Second year"),
    _l("Third year"),
    _l("Fourth year"),
    _l("Fifth year"),
    _l("Sixth year"),
)
#: zones that people know by the name of their clock
_FAMILIAR = {"Asia/Shanghai": _l("China Standard Time")}


@dataclass(frozen=True, slots=True)
class DateTag:
    """What stands on a swing tag: June, 14, Sunday; of several days June, 14-15, Sat-Sun. ``short``: the month where room is small."""

    month: str
    day: str
    weekday: str
    short: str


def edition_of(number: int) -> str:
    """Third year; from the seventh on the number."""
    return str(_YEARS[number - 1]) if number <= len(_YEARS) else _("Year %(num)s", num=number)


def date_tag(event: Event) -> DateTag:
    """Of an event that ends after midnight of its last evening, that night belongs to the evening."""
    first, last = _local(event.starts_at).date(), _last_day(event)
    if first == last:
        return DateTag(_word(first, "LLLL"), str(first.day), _word(first, "EEEE"), _word(first, "LLL"))
    months = (
        (_word(first, "LLLL"),) if first.month == last.month else (_word(first, "LLL"), _word(last, "LLL"))
    )
    return DateTag(
        "–".join(months),
        f"{first.day}–{last.day}",
        f"{_word(first, 'EEE')}–{_word(last, 'EEE')}",
        _word(first, "LLL"),
    )


def long_day(moment: datetime) -> str:
    """Sunday, June 14."""
    return _word(_local(moment).date(), _("EEEE, MMMM d"))


def zone_name() -> str:
    """The zone that all times of the house are in, as people call it."""
    zone = brand.current().time_zone
    return str(_FAMILIAR[zone]) if zone in _FAMILIAR else get_timezone_name(zone, locale=locale())


def lines_of(name: str) -> list[str]:
    """A name breaks behind its colon: what it is, and what it is called."""
    found = _COLON.match(name)
    return [found[1], found[2]] if found else [name]


def has_several_days(event: Event) -> bool:
    return _local(event.starts_at).date() != _last_day(event)


# ------------------------------------------------------------------ inside


def _local(moment: datetime) -> datetime:
    return clock.in_zone(moment, brand.current().time_zone)


def _last_day(event: Event) -> date:
    """The day of the last evening: what ends before six in the morning began the day before."""
    end = _local(event.ends_at - clock.minutes(6 * 60)).date()
    return max(end, _local(event.starts_at).date())


@lru_cache(500)
def _in(day: date, pattern: str, tongue: str) -> str:
    return format_date(day, pattern, locale=LOCALES[tongue])


def _word(day: date, pattern: str) -> str:
    return _in(day, pattern, language())


#: what templates of events say
GLOBALS = {
    "date_tag": date_tag,
    "edition_of": edition_of,
    "event_kinds": KIND_LABELS,
    "long_day": long_day,
    "zone_name": zone_name,
}
FILTERS = {"lines": lines_of, "price": price}
