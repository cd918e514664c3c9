"""How many points somebody has, from four parts of 0 to 100 each. Pure; proof pages and tests compute it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from portal.trials.models import Mark, MarkKind

#: percent of the score; together 100
WEIGHTS: Mapping[str, int] = MappingProxyType(
    {"category": 30, "leadership": 25, "reliability": 25, "grade": 20}
)
FULL = 100
#: what one grade may be, the best last
GRADES = (0, 20, 40, 60, 80, 100)
#: how long ago a mark must be to count for nothing any more
FADES = timedelta(days=365)
#: how much of a report in time each kind is worth, in halves
_WORTH = {MarkKind.ON_TIME: 2, MarkKind.LATE: 1, MarkKind.MISSING: 0}
#: everybody begins with two of three: newcomers are trusted, and one mishap is not the end
_START, _START_OF = 2, 3

#: points of the category for each different product of the shelf, and for each year as a member; at most so many
_EACH_PRODUCT, _MOST_PRODUCTS = 20, 60
_EACH_YEAR, _MOST_YEARS = 10, 40
#: points of leadership: for each like, answered comment and friend; at most so many of each
_EACH_LIKE, _MOST_LIKES = 1, 40
_EACH_ANSWER, _MOST_ANSWERS = 4, 40
_EACH_FRIEND, _MOST_FRIENDS = 10, 20


@dataclass(frozen=True, slots=True)
class Parts:
    """What the house knew of somebody when the trial closed, and the figures that it comes from."""

    category: int
    leadership: int
    reliability: int
    products: int = 0
    days: int = 0
    likes: int = 0
    answers: int = 0
    friends: int = 0
    marks: int = 0

    @property
    def known(self) -> int:
        """Points of the score that stand without the grade: of 80, halves upwards as in the score."""
        return score_of(self.category, self.leadership, self.reliability, 0)


def score_of(category: int, leadership: int, reliability: int, grade: int) -> int:
    """0–100, halves upwards. Each part is 0–100."""
    weighted = (
        category * WEIGHTS["category"]
        + leadership * WEIGHTS["leadership"]
        + reliability * WEIGHTS["reliability"]
        + grade * WEIGHTS["grade"]
    )
    return (weighted + FULL // 2) // FULL


def grade_of(first: int, second: int) -> int:
    """The mean of both, halves upwards."""
    return (first + second + 1) // 2


def category_of(products: int, days: int) -> int:
    """What somebody knows of the shelf: different products of it that they bought, and days as a member."""
    years = min(days * _EACH_YEAR // 365, _MOST_YEARS)
    return min(products * _EACH_PRODUCT, _MOST_PRODUCTS) + max(years, 0)


def leadership_of(likes: int, answers: int, friends: int) -> int:
    """How somebody helps others: likes for their stories, comments that they answered, friends whom they brought."""
    return (
        min(likes * _EACH_LIKE, _MOST_LIKES)
        + min(answers * _EACH_ANSWER, _MOST_ANSWERS)
        + min(friends * _EACH_FRIEND, _MOST_FRIENDS)
    )


def reliability_of(marks: Iterable[Mark], now: datetime) -> int:
    """(in time + 2) / (all + 3), each trial weighing linearly less with its age and nothing after 365 days; a late report
    counts half. Somebody without a trial has 67."""
    kept = _START * 2.0
    of = float(_START_OF * 2)
    for mark in marks:
        weight = max(0.0, 1 - max(now - mark.at, timedelta(0)) / FADES)
        kept += _WORTH[mark.kind] * weight
        of += 2 * weight
    return int(kept / of * FULL + 0.5)
