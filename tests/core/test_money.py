"""Money is exact, and currencies never mix."""

from __future__ import annotations

import pytest

from portal.core.money import MOST, Money, sum_of


def test_sums_and_differences_are_exact() -> None:
    assert Money(10, "CNY") + Money(20, "CNY") == Money(30, "CNY")
    assert Money(10, "CNY") - Money(25, "CNY") == Money(-15, "CNY")


def test_order() -> None:
    assert Money(9, "CNY") < Money(10, "CNY") <= Money(10, "CNY")
    assert max(Money(3, "CNY"), Money(7, "CNY")) == Money(7, "CNY")


def test_currencies_do_not_mix() -> None:
    yuan, euro = Money(1, "CNY"), Money(1, "EUR")
    assert yuan != euro
    for mix in (lambda: yuan + euro, lambda: yuan - euro, lambda: yuan < euro, lambda: yuan >= euro):
        with pytest.raises(ValueError, match="cannot mix"):
            mix()


@pytest.mark.parametrize(
    ("money", "locale", "shown"),
    [
        (Money(16800, "CNY"), "zh_CN", "¥168.00"),
        (Money(16800, "CNY"), "en", "CN¥168.00"),
        (Money(-5, "USD"), "en", "-$0.05"),
        (Money(1200, "JPY"), "en", "¥1,200"),
        (Money(12_345_678_901_234_567, "USD"), "en", "$123,456,789,012,345.67"),
    ],
)
def test_shown_as_people_write_it(money: Money, locale: str, shown: str) -> None:
    assert money.shown(locale) == shown


@pytest.mark.parametrize(
    ("money", "locale", "home", "shown", "brief"),
    [
        (Money(16800, "CNY"), "en", "CNY", "¥168.00", "¥168"),
        (Money(16850, "CNY"), "en", "CNY", "¥168.50", "¥168.50"),
        (Money(-16800, "CNY"), "en", "CNY", "-¥168.00", "-¥168"),
        (Money(16800, "CNY"), "en", "USD", "CN¥168.00", "CN¥168"),
        (Money(16800, "USD"), "zh_CN", "USD", "$168.00", "$168"),
        (Money(16800, "USD"), "zh_CN", "CNY", "US$168.00", "US$168"),
        (Money(16800, "SGD"), "en", "SGD", "SGD168.00", "SGD168"),
    ],
)
def test_money_of_the_house_needs_no_country(
    money: Money, locale: str, home: str, shown: str, brief: str
) -> None:
    assert (money.shown(locale, home), money.brief(locale, home)) == (shown, brief)


def test_sums_as_people_type_them() -> None:
    assert sum_of("1,168.5", "CNY") == 116850
    assert sum_of("1,234,567.89", "CNY") == 123456789
    assert sum_of("￥20", "CNY") == 2000
    assert sum_of("20", "JPY") == 20
    assert [sum_of(text, "CNY") for text in ("", "二十", "1.001", "Infinity", "0")] == [None] * 5
    assert [sum_of(text, "CNY") for text in ("12,50", "1,16,8", "1e3", "1_000", ".5", "٣")] == [None] * 6
    assert (sum_of("1000000000", "CNY"), sum_of("1000000000.01", "CNY"), sum_of("9" * 60, "CNY")) == (
        MOST,
        None,
        None,
    )
