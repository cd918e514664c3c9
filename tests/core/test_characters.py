"""What nobody sees is not kept where it deceives; what shapes a script or an emoji is."""

from __future__ import annotations

import pytest

from portal.core.characters import plain, says_something, seen, skeleton
from portal.core.forms import tidy, tidy_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("two\r\nlines\tand a tab", "two\nlines\tand a tab"),
        ("a\0b\x1b[2J\x7f\x85", "ab[2J"),
        ("paid \u202e001$\u202c and \u2067more\u2069", "paid 001$ and more"),
        ("e\u0301", "é"),
        ("\ud800lone", "lone"),
        ("👩🏽\u200d🚀 שלום \u200fمرحبا", "👩🏽\u200d🚀 שלום \u200fمرحبا"),
    ],
)
def test_texts_hold_no_signs_of_control_or_direction(typed: str, kept: str) -> None:
    assert plain(typed) == kept


def test_a_line_is_one_line() -> None:
    assert tidy_line(" West\nLake\u2028\t Hangzhou ") == "West Lake Hangzhou"
    assert tidy(" first \n\n second ") == "first \n\n second"
    assert tidy_line(None) is tidy(None) is None


@pytest.mark.parametrize(
    "name", ["", " \u3000", "\u200b", "\u3164\u3164", "\u2800", "\u115f", "\u200d\ufe0f", "…", "\U000e0041"]
)
def test_names_that_nobody_sees_say_nothing(name: str) -> None:
    assert not says_something(seen(name))


@pytest.mark.parametrize(
    "name", ["小满", "Zoë", "❤\ufe0f", "👩🏽\u200d🚀", "葛\U000e0100城", "नमस्ते", "o’Brien 2"]
)
def test_names_of_people_stay_as_they_are(name: str) -> None:
    assert seen(name) == name
    assert says_something(name)


def test_marks_do_not_pile_up() -> None:
    assert len(seen("z" + "\u0336" * 30)) == 4


@pytest.mark.parametrize(
    "name",
    [
        "OUR  HOUSE",
        "Ｏｕｒ Ｈｏｕｓｅ",
        "Our\u200dhouse",
        "Our\u3164house",
        "\u041eur h\u043eus\u0435",
        "_our-house_",
    ],
)
def test_names_that_read_the_same_have_one_skeleton(name: str) -> None:
    assert skeleton(name) == skeleton("Our house")


def test_other_names_are_others() -> None:
    assert len({skeleton(name) for name in ("我们", "我门", "Our houses", "小满", "")}) == 5
