"""How much was mended in a text, counted as the shortest way from one to the other, and no further than it may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.trials.rules.reports import MOST_SLIPS, most_slips, slips

LETTERS = st.text("ab。", max_size=24)


def shortest(before: str, after: str) -> int:
    """By the book: every way, letter by letter."""
    row = list(range(len(after) + 1))
    for number, letter in enumerate(before, start=1):
        above, row = row, [number]
        for place, other in enumerate(after, start=1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (letter != other)))
    return row[-1]


@given(LETTERS.filter(bool), LETTERS)
def test_slips_are_counted_by_the_shortest_way(before: str, after: str) -> None:
    number = shortest(before, after)
    assert slips(before, after) == (number if number <= most_slips(before) else None)


@pytest.mark.parametrize(
    ("written", "most"), [(" ", 0), ("Gut.", 2), ("x" * 120, 12), ("x" * 4000, MOST_SLIPS)]
)
def test_a_tenth_may_be_mended_and_never_much(written: str, most: int) -> None:
    assert most_slips(written) == most
