"""The story of the week: which one shows now, and those of the weeks before.

A week begins on Monday, on the brand's clocks, and is known by that day; people read its ISO number. The wall shows
the newest chosen story that is still published, of this week or the last one: last week's stays until another is
chosen, at most seven days after its week is over, and then nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.brand import queries as brand_queries
from portal.core import clock
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.stories.models import Story, StoryState
from portal.stories.queries.wall import CardRow, _select
from portal.stories.rules import week_number

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Holder:
    """The story that holds the place of a week, whether it still stands on the wall or not."""

    story_id: str
    author_name: str

    @classmethod
    def of(cls, story_id: str | None, author_name: str | None) -> Holder | None:
        return cls(story_id, author_name) if story_id and author_name is not None else None


@dataclass(frozen=True, slots=True)
class WeekStory:
    """The story of the week as the wall shows it: ``current`` if of the present week, else of the last one."""

    card: CardRow
    number: int
    current: bool

    @classmethod
    def of(cls, card: CardRow) -> WeekStory:
        assert card.chosen_week is not None
        return cls(card, week_number(card.chosen_week), card.chosen_week >= this_week())


def monday_of(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


def this_week() -> date:
    """The Monday of the present week, on the brand's clocks."""
    return monday_of(brand_queries.shop_day(clock.now()))


def oldest_shown(today: date) -> date:
    """The Monday of the earliest week whose story may still show on this day."""
    return monday_of(today) - WEEK


def shown_among(stories: Iterable[CardRow]) -> CardRow | None:
    """Which of these, latest week first, is the one that the wall shows now."""
    since = oldest_shown(brand_queries.shop_day(clock.now()))
    published = (story for story in stories if story.state is StoryState.PUBLISHED)
    return next((story for story in published if story.chosen_week and story.chosen_week >= since), None)


def week_holder(week: date) -> Holder | None:
    """Who has the place of this week (its Monday), if it is taken. One query."""
    holder = sa.select(Story.id, Member.display_name).join(Member, Member.id == Story.author_id)
    row = db.session.execute(holder.where(Story.chosen_week == week)).first()
    return Holder.of(*row) if row else None


def with_holder(statement: sa.Select[*tuple[Any, ...]], week: date) -> sa.Select[*tuple[Any, ...]]:
    """The statement with two columns more: what :meth:`Holder.of` takes, None for both while the week is free."""
    holder, author = aliased(Story), aliased(Member)
    return (
        statement.add_columns(holder.id, author.display_name)
        .outerjoin(holder, holder.chosen_week == week)
        .outerjoin(author, author.id == holder.author_id)
    )


def week_stories(cursor: str | None = None, *, limit: int = PAGE_SIZE) -> Page[CardRow]:
    """The stories of the weeks, latest week first, with those that left the wall meanwhile. One query."""
    statement = _select().where(Story.chosen_week.is_not(None))
    page = keyset_page(statement, (Story.chosen_week,), cursor=cursor, limit=limit, scalars=False)
    return Page([CardRow._make(row) for row in page.items], page.next_cursor)
