"""How moments and numbers read."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from portal.brand import showing
from portal.core import clock
from portal.core.i18n import in_language
from tests.brand.test_rules import at

#: a Tuesday afternoon in Shanghai
NOW = at(16, 8)


@pytest.mark.parametrize(
    ("moment", "english"),
    [
        (at(16, 6, 5), "Today 14:05"),
        (at(15, 16), "Today 00:00"),
        (at(15, 15, 59), "Yesterday"),
        (at(14, 8), "Sunday"),
        (at(10, 8), "Wednesday"),
        (at(9, 8), "Jun 9"),
        (datetime(2025, 6, 16, 8, tzinfo=NOW.tzinfo), "Jun 16, 2025"),
        (at(20, 8), "Jun 20"),
    ],
)
def test_near_things_by_distance_far_ones_by_date(app: Flask, moment: datetime, english: str) -> None:
    with clock.travel(NOW), in_language("en"):
        assert showing.when(moment) == english


def test_weekdays_in_chinese(app: Flask) -> None:
    with clock.travel(NOW), in_language("zh_CN"):
        assert showing.when(at(14, 8)) == "星期日"


def test_exact_times_and_numbers(app: Flask) -> None:
    with in_language("en"):
        assert showing.clock_time(at(16, 6, 5)) == "14:05"
        assert showing.exactly(at(16, 6, 5)).endswith("2026 14:05")
        assert showing.count(1284) == "1,284"
    with in_language("zh_CN"):
        assert showing.count(1284) == "1,284"
