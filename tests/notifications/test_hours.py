"""Times of a member's day, in every zone and on days when the clocks are changed; room in the budget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.notifications.models import Pace
from portal.notifications.rules import LOOKED_AT_AGAIN, WEEK, Hours, next_digest, room_at
from portal.notifications.zones import zones

PLACES = [name for name, _place in zones("en")]
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
minutes = st.integers(0, 1439)


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@settings(max_examples=400, deadline=None)
@given(moments, minutes, minutes, st.sampled_from(PLACES))
def test_quiet_hours_end_within_a_day_or_so_and_then_it_is_not_quiet(
    moment: datetime, start: int, end: int, zone: str
) -> None:
    hours = Hours(start, end, zone)
    until = hours.quiet_until(moment)
    if not hours.is_quiet(moment):
        assert until is None
        return
    assert until is not None
    assert moment < until <= moment + timedelta(hours=50)  # a whole day was left out on some islands
    assert not hours.is_quiet(until)


def test_no_quiet_hours_when_both_ends_are_the_same() -> None:
    assert not Hours(480, 480, "UTC").is_quiet(at("2026-06-01T08:00", "UTC"))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-06-01T21:59", None),
        ("2026-06-01T22:00", "2026-06-02T08:00"),
        ("2026-06-02T00:00", "2026-06-02T08:00"),
        ("2026-06-02T07:59", "2026-06-02T08:00"),
        ("2026-06-02T08:00", None),
        ("2026-03-28T23:00", "2026-03-29T08:00"),  # the night has one hour less
        ("2026-10-24T23:00", "2026-10-25T08:00"),  # and one more
    ],
)
def test_a_night_in_berlin(now: str, until: str | None) -> None:
    found = Hours(22 * 60, 8 * 60, "Europe/Berlin").quiet_until(at(now, "Europe/Berlin"))
    assert found == (until and at(until, "Europe/Berlin"))


def test_an_end_that_no_clock_shows_is_the_moment_after_it() -> None:
    hours = Hours(60, 150, "Europe/Berlin")  # until half past two, on the night when two becomes three
    until = hours.quiet_until(at("2026-03-29T01:30", "Europe/Berlin"))
    assert until is not None
    assert at("2026-03-29T03:00", "Europe/Berlin") <= until <= at("2026-03-29T03:30", "Europe/Berlin")


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    hours, zone = Hours(22 * 60, 150, "Europe/Berlin"), ZoneInfo("Europe/Berlin")
    second = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=zone).astimezone(UTC)
    assert hours.quiet_until(second) == second + timedelta(minutes=20)


@settings(max_examples=200, deadline=None)
@given(moments, st.sampled_from((Pace.DAILY, Pace.WEEKLY)), st.sampled_from(PLACES))
def test_gathered_mail_comes_at_nine(moment: datetime, pace: Pace, zone: str) -> None:
    following = next_digest(pace, zone, moment)
    local = following.astimezone(ZoneInfo(zone))
    assert moment < following <= moment + timedelta(days=1 if pace is Pace.DAILY else 7, hours=25)
    assert (local.hour, local.minute) == (9, 0)
    assert pace is Pace.DAILY or local.weekday() == 0


@given(st.lists(st.integers(0, 14 * 24 * 60), max_size=12), st.integers(0, 5))
def test_no_seven_days_ever_hold_more_than_the_budget(steps: list[int], budget: int) -> None:
    """Somebody who asks again and again, at whatever moments, and speaks whenever there is room."""
    now, spoken = datetime(2026, 6, 1, tzinfo=UTC), list[datetime]()
    for step in steps:
        now += timedelta(minutes=step)
        room = room_at(spoken, budget, now)
        assert now <= room <= now + max(WEEK, LOOKED_AT_AGAIN)
        if room == now:
            spoken.append(now)
        assert sum(moment > now - WEEK for moment in spoken) <= budget


def test_room_comes_back_to_the_minute() -> None:
    first = datetime(2026, 6, 1, tzinfo=UTC)
    spoken = [first, first + timedelta(days=3)]
    just_before = first + WEEK - timedelta(minutes=1)
    assert room_at(spoken, 2, just_before) == first + WEEK
    assert room_at(spoken, 2, first + WEEK) == first + WEEK


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_zone_has_a_place(language: str) -> None:
    found = dict(zones(language))
    assert {"Asia/Shanghai", "Europe/Berlin", "America/New_York"} <= set(found)
    assert len(found) > 300
    assert not any(place.startswith(("Etc", "US")) for place in found.values())
