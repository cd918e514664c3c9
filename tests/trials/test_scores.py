"""The score: four weighted parts, the same for everybody, and reliability that forgets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.trials.models import Mark, MarkKind
from portal.trials.rules.scores import (
    GRADES,
    WEIGHTS,
    Parts,
    category_of,
    grade_of,
    leadership_of,
    reliability_of,
    score_of,
)

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
PART = st.integers(0, 100)


def marks(*told: tuple[MarkKind, int]) -> list[Mark]:
    """Each so many days old."""
    return [Mark(kind=kind, at=NOW - timedelta(days=days)) for kind, days in told]


def test_the_weights_are_those_that_are_promised() -> None:
    assert dict(WEIGHTS) == {"category": 30, "leadership": 25, "reliability": 25, "grade": 20}
    assert sum(WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("parts", "score"),
    [
        ((0, 0, 0, 0), 0),
        ((100, 100, 100, 100), 100),
        ((100, 0, 0, 0), 30),
        ((0, 0, 0, 100), 20),
        ((50, 50, 67, 70), 58),
    ],
)
def test_examples(parts: tuple[int, int, int, int], score: int) -> None:
    assert score_of(*parts) == score


@given(PART, PART, PART, PART)
def test_more_of_a_part_is_never_less_of_the_score(
    category: int, leadership: int, reliability: int, grade: int
) -> None:
    score = score_of(category, leadership, reliability, grade)
    assert 0 <= score <= 100
    for more in (
        (min(category + 10, 100), leadership, reliability, grade),
        (category, leadership, reliability, min(grade + 10, 100)),
    ):
        assert score_of(*more) >= score
    known = Parts(category, leadership, reliability).known
    assert abs(score - known - grade * WEIGHTS["grade"] / 100) <= 1


def test_halves_go_upwards_everywhere() -> None:
    """Without a grade it is the score of a grade of nothing: one way of rounding."""
    assert Parts(55, 0, 0).known == score_of(55, 0, 0, 0) == 17, "16.5"
    assert Parts(0, 10, 0).known == score_of(0, 10, 0, 0) == 3, "2.5"


def test_nobody_buys_or_clicks_their_way_to_the_top() -> None:
    assert category_of(3, 0) == category_of(300, 0) == 60
    assert category_of(0, 365 * 50) == 40
    assert leadership_of(10**6, 0, 0) == 40
    assert leadership_of(10**6, 10**6, 10**6) == category_of(10**6, 10**6) == 100


def test_a_grade_is_the_mean_of_two() -> None:
    assert {grade_of(first, second) for first in GRADES for second in GRADES} <= set(range(101))
    assert grade_of(40, 60) == grade_of(60, 40) == 50


def test_who_never_tested_is_trusted() -> None:
    assert reliability_of([], NOW) == 67


@pytest.mark.parametrize(
    ("told", "points"),
    [
        (((MarkKind.ON_TIME, 0),), 75),
        (((MarkKind.MISSING, 0),), 50),
        (((MarkKind.LATE, 0),), 63),
        (((MarkKind.MISSING, 365),), 67),
        (((MarkKind.MISSING, 400),), 67),
        (((MarkKind.ON_TIME, 0),) * 7, 90),
        (((MarkKind.MISSING, 0),) * 7, 20),
    ],
)
def test_reliability_by_hand(told: tuple[tuple[MarkKind, int], ...], points: int) -> None:
    assert reliability_of(marks(*told), NOW) == points


@given(st.lists(st.tuples(st.sampled_from(MarkKind), st.integers(0, 500)), max_size=12), st.integers(0, 200))
def test_reliability_heals_with_time_and_never_leaves_its_bounds(
    told: list[tuple[MarkKind, int]], later: int
) -> None:
    now = reliability_of(marks(*told), NOW)
    assert 0 <= now <= 100
    faded = reliability_of(marks(*told), NOW + timedelta(days=400))
    assert faded == 67
    if all(kind is MarkKind.MISSING for kind, _days in told):
        assert reliability_of(marks(*told), NOW + timedelta(days=later)) >= now
