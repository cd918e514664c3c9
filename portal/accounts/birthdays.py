"""Birthdays in both calendars: which days exist, how they are told, and when the next one is.

The lunar calendar comes from a library that is read only when somebody keeps a lunar birthday. A lunar year has twelve
months of 29 or 30 days; in some years one of them comes a second time, as a leap month.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from babel.dates import format_skeleton

from portal.accounts.models import Calendar, Member
from portal.core.errors import Invalid
from portal.core.i18n import _, language, locale

#: nobody alive was born before
OLDEST = 120
MONTHS, SOLAR_DAYS, LUNAR_DAYS = 12, 31, 30
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day of the year, in the calendar its owner keeps it in. ``year`` is of that calendar; ``leap`` only lunar."""

    month: int
    day: int
    year: int | None = None
    calendar: Calendar = Calendar.SOLAR
    leap: bool = False

    @property
    def is_lunar(self) -> bool:
        return self.calendar is Calendar.LUNAR


def birthday_of(member: Member) -> Birthday | None:
    if member.birth_month is None or member.birth_day is None:
        return None
    return Birthday(
        member.birth_month, member.birth_day, member.birth_year, member.birth_calendar, member.birth_leap
    )


def check_birthday(birthday: Birthday, *, today: date) -> None:
    """A day that exists, and in a year that fits somebody alive. Raises Invalid beside the field that is wrong."""
    year = birthday.year
    if year is not None and not today.year - OLDEST <= year <= today.year:
        raise Invalid(_("Please check the year, or leave it empty."), field="birth_year")
    if not 1 <= birthday.month <= MONTHS:
        raise Invalid(_("Please choose a month."), field="birth_month")
    if birthday.is_lunar:
        _check_lunar(birthday)
    elif not 1 <= birthday.day <= monthrange(year or _LEAP_YEAR, birthday.month)[1]:
        raise Invalid(_("There is no such day in this month."), field="birth_day")
    if year is not None and _solar_day(birthday, year) > today:
        raise Invalid(_("This day is still to come. Please check the year."), field="birth_year")


def next_birthday(member: Member, after: date) -> date | None:
    """The first day after ``after`` on which the member's birthday is kept, in the solar calendar; None without one.

    Who was born on 29 February keeps it on the 28th in common years: in their own month, a day early rather than late.
    A lunar 30th is kept on the 29th when the month has no more days, and a leap month's day in the plain month of the
    same number in years without that leap month.
    """
    birthday = birthday_of(member)
    return next_day(birthday, after) if birthday else None


def next_day(birthday: Birthday, after: date) -> date:
    """The first day after ``after`` on which this birthday is kept, as :func:`next_birthday` says."""
    # a lunar year begins up to seven weeks into the solar one, and its last days lie in the next
    days = [_solar_day(birthday, year) for year in range(after.year - 1, after.year + 3)]
    return min(day for day in days if day > after)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept on one solar day: the birthdays (without a year) of one calendar, and the year it counts there."""

    calendar: Calendar
    year: int
    birthdays: tuple[Birthday, ...]


def kept_on(day: date) -> tuple[Kept, Kept]:
    """Which birthdays :func:`next_day` puts on this day, solar and lunar ones. A day may be that of several: of the
    29th of February too, of a lunar 30th too, of a leap month too."""
    year, month, number = _lunar_date(day)
    solar = [Birthday(day.month, day.day), Birthday(2, 29)]
    moons = [
        Birthday(month, one, calendar=Calendar.LUNAR, leap=leap)
        for one in sorted({number, LUNAR_DAYS})
        for leap in (False, True)
    ]
    return _kept(Calendar.SOLAR, day.year, solar, day), _kept(Calendar.LUNAR, year, moons, day)


def _kept(calendar: Calendar, year: int, some: list[Birthday], day: date) -> Kept:
    fitting = dict.fromkeys(birthday for birthday in some if _solar_day(birthday, year) == day)
    return Kept(calendar, year, tuple(fitting))


def told_birthday(birthday: Birthday, *, with_year: bool) -> str:
    """In the words of the language in force: "8 March", "lunar month 8, day 15"; the year only when asked for."""
    said = _told_lunar(birthday) if birthday.is_lunar else _told_solar(birthday)
    if with_year and birthday.year:
        return _("%(day)s (%(year)s)", day=said, year=birthday.year)
    return said


# ------------------------------------------------------------------ inside


def _check_lunar(birthday: Birthday) -> None:
    longest = LUNAR_DAYS
    if birthday.year is not None:
        month = _lunar_month(birthday.year, birthday.month, leap=birthday.leap)
        if month is None:
            raise Invalid(_("In that year this lunar month did not come twice."), field="birth_leap")
        longest = month.days
    if not 1 <= birthday.day <= longest:
        raise Invalid(_("This lunar month had no such day."), field="birth_day")


def _solar_day(birthday: Birthday, year: int) -> date:
    """The birthday in this year of its own calendar, as a solar day."""
    if not birthday.is_lunar:
        return date(year, birthday.month, min(birthday.day, monthrange(year, birthday.month)[1]))
    month = _lunar_month(year, birthday.month, leap=birthday.leap)
    month = month or _lunar_month(year, birthday.month, leap=False)
    assert month is not None, "each lunar year has its twelve months"
    return month.start + timedelta(days=min(birthday.day, month.days) - 1)


class _Moon(NamedTuple):
    """A lunar month: its first day in the solar calendar, and how many it has."""

    start: date
    days: int


def _lunar_month(year: int, month: int, *, leap: bool) -> _Moon | None:
    """The month of that lunar year; None when it had no such leap month."""
    return _lunar_year(year).get((month, leap))


def _lunar_date(day: date) -> tuple[int, int, int]:
    """Year, month (leap or not) and day in the lunar calendar."""
    for year in (day.year, day.year - 1):
        for (month, _leap), moon in _lunar_year(year).items():
            if moon.start <= day < moon.start + timedelta(days=moon.days):
                return year, month, (day - moon.start).days + 1
    raise AssertionError("each day lies in a lunar month")


@lru_cache(maxsize=200)
def _lunar_year(year: int) -> dict[tuple[int, bool], _Moon]:
    """The months of a lunar year by (number, leap). The library takes a millisecond for a year, so years are kept."""
    from lunar_python import LunarYear, Solar

    found = {}
    for month in LunarYear.fromYear(year).getMonthsInYear():
        first = Solar.fromJulianDay(month.getFirstJulianDay())
        start = date(first.getYear(), first.getMonth(), first.getDay())
        found[abs(month.getMonth()), month.isLeap()] = _Moon(start, month.getDayCount())
    return found


def _told_solar(birthday: Birthday) -> str:
    day = date(_LEAP_YEAR, birthday.month, birthday.day)
    return str(format_skeleton("MMMMd", day, locale=locale()))


def _told_lunar(birthday: Birthday) -> str:
    month, day = str(birthday.month), str(birthday.day)
    if language() == "zh_CN":
        from lunar_python.util import LunarUtil

        month, day = LunarUtil.MONTH[birthday.month], LunarUtil.DAY[birthday.day]
    if birthday.leap:
        return _("lunar leap month %(month)s, day %(day)s", month=month, day=day)
    return _("lunar month %(month)s, day %(day)s", month=month, day=day)
