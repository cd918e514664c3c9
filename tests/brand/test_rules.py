"""The shop's hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.brand.defaults import DEFAULTS
from portal.brand.queries import Brand
from portal.brand.rules import is_open, open_time_between

#: nine to nine in Shanghai, which is 1:00 to 13:00 in UTC
BRAND = Brand(
    **{name: DEFAULTS.get(name) for name in Brand.__dataclass_fields__ if name != "version"}, version="1"
)  # type: ignore[arg-type]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "opened"), [(at(1, 0, 59), False), (at(1, 1), True), (at(1, 12, 59), True), (at(1, 13), False)]
)
def test_open(moment: datetime, opened: bool) -> None:
    assert is_open(BRAND, moment) is opened


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (at(1, 2), at(1, 2, 10), 10),
        (at(1, 0), at(1, 1, 10), 10),
        (at(1, 12, 50), at(2, 1, 5), 15),
        (at(1, 14), at(1, 20), 0),
        (at(1, 2), at(1, 2), 0),
        (at(1, 3), at(1, 2), 0),
        (at(1, 0), at(4, 0), 3 * 12 * 60),
    ],
)
def test_only_open_time_counts(start: datetime, end: datetime, minutes: int) -> None:
    assert open_time_between(BRAND, start, end) == timedelta(minutes=minutes)


def test_a_shop_that_never_closes_counts_everything() -> None:
    always = replace(BRAND, opens_at=0, closes_at=1440)
    assert is_open(always, at(1, 16))
    assert open_time_between(always, at(1, 5), at(3, 5)) == timedelta(days=2)


def test_the_hours_follow_the_clocks_on_the_wall() -> None:
    """Two hours after midnight the clocks in Berlin jump; the shop still opens at nine of the new time."""
    berlin = replace(BRAND, time_zone="Europe/Berlin")
    opens = datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert is_open(berlin, opens)
    assert not is_open(berlin, opens - timedelta(minutes=1))
    assert open_time_between(berlin, opens - timedelta(hours=3), opens + timedelta(minutes=7)) == timedelta(
        minutes=7
    )
