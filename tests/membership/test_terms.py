"""Periods and money: to the minor unit, to the day of the shop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.membership.rules.terms import months_later, unused_value, upgrade_preview

SHANGHAI = "Asia/Shanghai"
NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_year_is_the_same_day_and_hour_of_the_shop() -> None:
    assert months_later(NOW, 12, SHANGHAI) == datetime(2027, 3, 10, 4, tzinfo=UTC)


def test_a_month_without_that_day_ends_on_its_last() -> None:
    last = datetime(2026, 1, 31, 2, tzinfo=UTC)
    assert months_later(last, 1, SHANGHAI) == datetime(2026, 2, 28, 2, tzinfo=UTC)
    assert months_later(datetime(2028, 2, 29, 2, tzinfo=UTC), 12, SHANGHAI) == datetime(
        2029, 2, 28, 2, tzinfo=UTC
    )


def test_summer_time_moves_no_hour_of_the_shop() -> None:
    winter = datetime(2026, 3, 1, 11, tzinfo=UTC)  # noon in Berlin
    assert months_later(winter, 1, "Europe/Berlin") == datetime(2026, 4, 1, 10, tzinfo=UTC)


def test_the_rest_is_worth_its_share_rounded_for_the_member() -> None:
    assert unused_value(36500, 100 * DAY, 365 * DAY) == 10000
    assert unused_value(100, DAY, 3 * DAY) == 34
    assert unused_value(100, timedelta(), DAY) == 0
    assert unused_value(100, 2 * DAY, DAY) == 100


def test_a_change_upwards_costs_the_price_less_the_rest() -> None:
    preview = upgrade_preview(29900, 12, 9900, NOW, SHANGHAI)
    assert (preview.due, preview.credit) == (20000, 9900)
    assert preview.ends_at == months_later(NOW, 12, SHANGHAI)


def test_a_rest_beyond_the_price_becomes_time() -> None:
    preview = upgrade_preview(3000, 1, 6000, NOW, SHANGHAI)
    month = months_later(NOW, 1, SHANGHAI) - NOW
    assert preview.due == 0
    assert preview.ends_at == NOW + 2 * month


@pytest.mark.one_database
def test_no_change_promises_a_lifetime(app: Flask) -> None:
    with pytest.raises(Invalid):
        upgrade_preview(100, 1, 1001, NOW, SHANGHAI)


@given(
    price=st.integers(10**6, 10**7),
    credit=st.integers(0, 10**7),
    months=st.integers(1, 60),
    rest=st.integers(0, 400),
)
def test_nobody_pays_twice_and_nothing_is_lost(price: int, credit: int, months: int, rest: int) -> None:
    preview = upgrade_preview(price, months, credit, NOW, SHANGHAI)
    assert preview.due == max(0, price - credit)
    assert preview.ends_at >= months_later(NOW, months, SHANGHAI)
    assert 0 <= unused_value(price, rest * DAY, 365 * DAY) <= price
