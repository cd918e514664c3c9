"""Birthdays in both calendars: which exist, when the next one is, how they are told."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.accounts.birthdays import (
    Birthday,
    check_birthday,
    kept_on,
    next_birthday,
    next_day,
    told_birthday,
)
from portal.accounts.models import Calendar, Member
from portal.core.errors import Invalid
from portal.core.i18n import in_language

TODAY = date(2026, 11, 22)
LUNAR = Calendar.LUNAR

pytestmark = pytest.mark.one_database


def born(birthday: Birthday | None) -> Member:
    member = Member(birth_calendar=Calendar.SOLAR, birth_leap=False)
    if birthday is not None:
        member.birth_month, member.birth_day, member.birth_year = birthday.month, birthday.day, birthday.year
        member.birth_calendar, member.birth_leap = birthday.calendar, birthday.leap
    return member


@pytest.mark.parametrize(
    "birthday",
    [
        Birthday(2, 29),
        Birthday(2, 29, 1996),
        Birthday(12, 31, 2025),
        Birthday(8, 30, None, LUNAR),
        Birthday(2, 29, 2023, LUNAR, leap=True),
        Birthday(6, 30, None, LUNAR, leap=True),
        Birthday(12, 30, 2023, LUNAR),
    ],
)
def test_days_that_exist(birthday: Birthday) -> None:
    check_birthday(birthday, today=TODAY)


@pytest.mark.parametrize(
    ("birthday", "field"),
    [
        (Birthday(2, 30), "birth_day"),
        (Birthday(2, 29, 1995), "birth_day"),
        (Birthday(4, 31), "birth_day"),
        (Birthday(1, 0), "birth_day"),
        (Birthday(13, 1), "birth_month"),
        (Birthday(0, 1), "birth_month"),
        (Birthday(1, 31, None, LUNAR), "birth_day"),
        (Birthday(1, 30, 2023, LUNAR), "birth_day"),  # 29 days in that year
        (Birthday(3, 1, 2023, LUNAR, leap=True), "birth_leap"),  # the second month came twice
        (Birthday(1, 1, 1890), "birth_year"),
        (Birthday(1, 1, 2027), "birth_year"),
        (Birthday(12, 1, 2026), "birth_year"),
        (Birthday(12, 1, 2026, LUNAR), "birth_year"),
    ],
)
def test_days_that_do_not_exist(app: Flask, birthday: Birthday, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_birthday(birthday, today=TODAY)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("birthday", "after", "expected"),
    [
        (None, TODAY, None),
        (Birthday(11, 22), TODAY, date(2027, 11, 22)),
        (Birthday(11, 23), TODAY, date(2026, 11, 23)),
        (Birthday(1, 1), TODAY, date(2027, 1, 1)),
        (Birthday(2, 29), TODAY, date(2027, 2, 28)),
        (Birthday(2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (Birthday(8, 15, None, LUNAR), date(2026, 1, 1), date(2026, 9, 25)),  # Mid-Autumn 2026
        (Birthday(1, 1, None, LUNAR), TODAY, date(2027, 2, 6)),  # the new year of 2027
        (Birthday(12, 30, None, LUNAR), date(2025, 1, 1), date(2025, 1, 28)),  # its last month had 29 days
        (Birthday(12, 29, None, LUNAR), date(2026, 1, 1), date(2026, 2, 16)),
        (Birthday(2, 10, None, LUNAR, leap=True), date(2023, 1, 1), date(2023, 3, 31)),  # in the leap month
        (Birthday(2, 10, None, LUNAR), date(2023, 1, 1), date(2023, 3, 1)),  # in the plain one
        (Birthday(2, 10, None, LUNAR, leap=True), date(2024, 1, 1), date(2024, 3, 19)),  # there is only one
    ],
)
def test_next_birthday(birthday: Birthday | None, after: date, expected: date | None) -> None:
    assert next_birthday(born(birthday), after) == expected


@settings(max_examples=60, deadline=None)
@given(
    after=st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    month=st.integers(1, 12),
    day=st.integers(1, 30),
    leap=st.booleans(),
)
def test_a_lunar_birthday_comes_once_a_lunar_year(after: date, month: int, day: int, leap: bool) -> None:
    member = born(Birthday(month, day, None, LUNAR, leap=leap))
    first = next_birthday(member, after)
    assert first is not None
    second = next_birthday(member, first)
    assert second is not None
    assert after < first <= after + timedelta(days=414)
    assert timedelta(days=324) <= second - first <= timedelta(days=414)
    assert next_birthday(member, first - timedelta(days=1)) == first


def test_told_in_both_languages(app: Flask) -> None:
    solar, lunar = Birthday(3, 8, 1987), Birthday(8, 15, 1987, LUNAR)
    with app.test_request_context():
        with in_language("en"):
            assert told_birthday(solar, with_year=False) == "March 8"
            assert told_birthday(lunar, with_year=True) == "lunar month 8, day 15 (1987)"
        with in_language("zh_CN"):
            assert told_birthday(solar, with_year=False) == "3月8日"
            assert told_birthday(lunar, with_year=False) == "农历八月十五"
            assert told_birthday(Birthday(12, 1, None, LUNAR, leap=True), with_year=False) == "农历闰腊月初一"


def test_kept_on_and_next_day_say_the_same_for_thirteen_years() -> None:
    """Also over 2033, whose leap month is the eleventh."""
    every = [
        Birthday(month, day) for month in range(1, 13) for day in range(1, monthrange(2000, month)[1] + 1)
    ]
    every += [
        Birthday(month, day, calendar=Calendar.LUNAR, leap=leap)
        for month in range(1, 13)
        for day in range(1, 31)
        for leap in (False, True)
    ]
    start, end = date(2022, 12, 1), date(2036, 1, 1)
    kept: dict[Birthday, list[date]] = {birthday: [] for birthday in every}
    for number in range((end - start).days):
        day = start + timedelta(days=number)
        for one in kept_on(day):
            for birthday in one.birthdays:
                kept[birthday].append(day)
    for birthday, days in kept.items():
        after, expected = start - timedelta(days=1), []
        while (after := next_day(birthday, after)) < end:
            expected.append(after)
        assert days == expected, birthday
