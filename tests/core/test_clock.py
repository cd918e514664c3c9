"""One clock: UTC inside, the shop's zone outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.core import clock

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta()


def test_travel_ends_where_it_began() -> None:
    with clock.travel(NOON):
        assert clock.now() == NOON
        with clock.travel(NOON + clock.days(1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert clock.now() > NOON or clock.now() < NOON


def test_travel_ends_after_a_fault_too() -> None:
    with pytest.raises(ZeroDivisionError), clock.travel(NOON):
        _ = 1 // 0
    assert clock.now() != NOON


def test_in_zone_is_the_same_moment() -> None:
    there = clock.in_zone(NOON, "Asia/Shanghai")
    assert there == NOON
    assert (there.hour, there.date()) == (20, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2026, 6, 1), "Asia/Shanghai", datetime(2026, 5, 31, 16, tzinfo=UTC)),
        (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 30), "Europe/Berlin", datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ],
)
def test_a_day_starts_at_the_shops_midnight(day: date, zone: str, start: datetime) -> None:
    assert clock.day_start(day, zone) == start


def test_the_day_of_the_clock_change_has_its_own_length() -> None:
    length = clock.day_start(date(2026, 3, 30), "Europe/Berlin") - clock.day_start(
        date(2026, 3, 29), "Europe/Berlin"
    )
    assert length == timedelta(hours=23)


def test_spans() -> None:
    assert clock.days(1.5) == timedelta(hours=36)
    assert clock.minutes(90) == timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(
    ("minute", "moment"),
    [
        (0, datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (9 * 60, datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (1440, datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ],
)
def test_wall_time_follows_the_clocks_on_the_wall(minute: int, moment: datetime) -> None:
    """In Berlin the clocks jumped from 2 to 3 that night."""
    assert clock.wall_time(date(2026, 3, 29), minute, "Europe/Berlin") == moment
