"""Which days are whose: a pure matter of calendars."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta

from portal.accounts.birthdays import Birthday, kept_on, next_day
from portal.accounts.models import Calendar
from portal.membership.models import Comes, Ritual

#: two birthdays of one person are at least twelve short lunar months apart; closer ones were made so by an edit
APART = timedelta(days=350)
AHEAD = timedelta(days=366)

_CALENDARS = {Comes.SOLAR: Calendar.SOLAR, Comes.LUNAR: Calendar.LUNAR}


def turn_of(holiday: Ritual, day: date) -> int | None:
    """The year, in its own calendar, for which this holiday comes on ``day``; None when it does not.

    As with birthdays, 29 February is kept on the 28th in common years, and a lunar 30th on the 29th of a short month.
    """
    assert holiday.month is not None and holiday.day is not None
    if holiday.comes is Comes.ONCE:
        return (
            day.year if (holiday.year, holiday.month, holiday.day) == (day.year, day.month, day.day) else None
        )
    assert holiday.comes is not None
    calendar = _CALENDARS[holiday.comes]
    wanted = Birthday(holiday.month, holiday.day, calendar=calendar)
    kept = next(one for one in kept_on(day) if one.calendar is calendar)
    return kept.year if wanted in kept.birthdays else None


def next_of(holiday: Ritual, today: date) -> date | None:
    """The next day on which this holiday comes, today included; None when it is over."""
    assert holiday.month is not None and holiday.day is not None
    if holiday.comes is Comes.ONCE:
        day = date(holiday.year or 0, holiday.month, holiday.day)
        return day if day >= today else None
    assert holiday.comes is not None
    wanted = Birthday(holiday.month, holiday.day, calendar=_CALENDARS[holiday.comes])
    return next_day(wanted, today - timedelta(days=1))


def days_ahead(today: date) -> Iterator[date]:
    """Today and every day of the twelve months after it."""
    for number in range(AHEAD.days):
        yield today + timedelta(days=number)


def same_days(today: date, first_year: int) -> Iterator[tuple[int, date, date]]:
    """This day in earlier years: (years ago, day, the next day). In a common year the 28th of February is the day of
    the 29th too."""
    for year in range(first_year, today.year):
        if (today.month, today.day) == (2, 29) and not isleap(year):
            continue
        start = date(year, today.month, today.day)
        both = (today.month, today.day) == (2, 28) and isleap(year) and not isleap(today.year)
        yield today.year - year, start, start + timedelta(days=2 if both else 1)


def yearly(first: date, year: int) -> date:
    """The day in ``year`` on which something that began on ``first`` is kept."""
    return (
        date(year, 2, 28)
        if (first.month, first.day) == (2, 29) and not isleap(year)
        else first.replace(year=year)
    )


def next_yearly(first: date, today: date) -> date:
    """The next such day, today included; at least a year after ``first``."""
    day = yearly(first, max(today.year, first.year + 1))
    return day if day >= today else yearly(first, day.year + 1)
