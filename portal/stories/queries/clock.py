"""The reply clock: every published story waits for a human answer of the brand.

Minutes are counted within opening hours. Stories without an answer are not dropped but *censored*: they tell that the
answer takes at least as long as they have waited (Kaplan and Meier's product-limit estimate), so that a desk which
never answers the hard ones does not look quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.brand import queries as brand_queries
from portal.brand import rules as brand_rules
from portal.core import clock
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.membership.models import Perk
from portal.membership.queries.access import holds
from portal.stories.models import Story
from portal.stories.queries.wall import _WIDTH, NOT_NEWS, ON_THE_WALL, CardRow, _select

PERIOD = timedelta(days=30)
#: the newest stories of the period that the figures are computed from, so that the page has an upper cost
MOST_STORIES = 3000

UNANSWERED = sa.text("story.state = 'published' AND story.answered_at IS NULL AND NOT story.as_brand")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A story that waits, how many minutes of opening hours already, and whether that is over the target.

    ``first``: its author's membership brings it forward.
    """

    card: CardRow
    minutes: int
    late: bool
    first: bool


@dataclass(frozen=True, slots=True)
class ReplyClock:
    """How quickly the brand answers; figures over stories published in the last 30 days, None while nothing is known.

    ``submitted_median_minutes`` counts from handing in, since holding a story back hides waiting. ``counted`` stories
    stand behind the figures. ``within_target_share`` is between 0 and 1.
    """

    open_now: int
    oldest_minutes: int
    target_minutes: int
    median_minutes: int | None
    p90_minutes: int | None
    submitted_median_minutes: int | None
    within_target_share: float | None
    counted: int


@dataclass(frozen=True, slots=True)
class Wait:
    """One observation: minutes until the answer, or until now when there is none."""

    minutes: float
    answered: bool


def waiting_replies(cursor: str | None = None, *, limit: int = PAGE_SIZE) -> Page[Waiting]:
    """Stories without an answer: those of members with priority first, then the others; the oldest first in both."""
    has_priority = holds(Perk.REPLY_PRIORITY, Story.author_id, clock.now())
    turn = sa.case((has_priority, 0), else_=1).label("turn")
    columns = (turn, Story.published_at, Story.id)
    statement = _select().add_columns(turn).where(UNANSWERED)
    page = keyset_page(statement, columns, cursor=cursor, limit=limit, ascending=True, scalars=False)
    target = brand_queries.current().reply_target_minutes
    return Page([_waiting(row, target) for row in page.items], page.next_cursor)


def open_replies() -> sa.Select[int]:
    """How many stories wait for an answer now."""
    return sa.select(sa.func.count()).select_from(Story).where(UNANSWERED)


def reply_clock() -> ReplyClock:
    """The figures of the reply page. Two queries."""
    oldest = sa.select(sa.func.count(), sa.func.min(Story.published_at)).where(UNANSWERED)
    open_now, since = db.session.execute(oldest).one()
    rows = _observed()
    waits = [_wait(row.published_at, row.answered_at) for row in rows]
    whole = [_wait(_begun(row), row.answered_at) for row in rows]
    target = brand_queries.current().reply_target_minutes
    return ReplyClock(
        open_now=open_now,
        oldest_minutes=int(open_minutes(since, clock.now())) if since else 0,
        target_minutes=target,
        median_minutes=_whole(quantile(waits, 0.5)),
        p90_minutes=_whole(quantile(waits, 0.9)),
        submitted_median_minutes=_whole(quantile(whole, 0.5)),
        within_target_share=share_within(waits, target),
        counted=len(rows),
    )


def open_minutes(start: datetime, end: datetime) -> float:
    """Minutes of opening hours between two moments."""
    return brand_rules.open_time_between(brand_queries.current(), start, end).total_seconds() / 60


def quantile(waits: Sequence[Wait], share: float) -> float | None:
    """The minutes by which ``share`` of all stories are answered, or None when the data do not reach that far.

    Product-limit estimate: at each moment of an answer the share still waiting is multiplied by
    1 - answers / stories still under observation; a story censored at the same moment still counts as observed.
    """
    waiting, left = 1.0, len(waits)
    for wait in sorted(waits, key=lambda wait: (wait.minutes, not wait.answered)):
        if wait.answered:
            waiting *= 1 - 1 / left
            if waiting <= 1 - share + 1e-9:
                return wait.minutes
        left -= 1
    return None


def share_within(waits: Sequence[Wait], target: int) -> float | None:
    """Answered within the target, of all that were answered or have waited longer than it."""
    judged = [wait for wait in waits if wait.answered or wait.minutes > target]
    if not judged:
        return None
    return sum(wait.answered and wait.minutes <= target for wait in judged) / len(judged)


# ------------------------------------------------------------------ inside


def _observed() -> Sequence[sa.Row[*tuple[Any, ...]]]:
    statement = (
        sa.select(Story.published_at, Story.answered_at, Story.submitted_at)
        .where(
            ON_THE_WALL,
            NOT_NEWS,
            Story.published_at > clock.now() - PERIOD,
        )
        .order_by(Story.published_at.desc(), Story.id.desc())
        .limit(MOST_STORIES)
    )
    return db.session.execute(statement).all()


def _begun(row: sa.Row[*tuple[Any, ...]]) -> datetime:
    """When the author handed the story in; one handed in again after an edit began with its publication."""
    published: datetime = row.published_at
    return min(row.submitted_at or published, published)


def _wait(start: datetime, answered: datetime | None) -> Wait:
    return Wait(open_minutes(start, answered or clock.now()), answered is not None)


def _waiting(row: sa.Row[*tuple[Any, ...]], target: int) -> Waiting:
    card = CardRow._make(row[:_WIDTH])
    assert card.published_at is not None
    minutes = open_minutes(card.published_at, clock.now())
    return Waiting(card, int(minutes), minutes > target, row.turn == 0)


def _whole(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes)
