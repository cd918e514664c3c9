"""What the wall shows a member about themselves."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import db
from portal.stories.models import Story, StoryState, Storyteller
from portal.stories.queries.wall import CardRow, _select

#: handed in, but not on the wall yet
ON_THE_WAY = (StoryState.PREPARING, StoryState.HELD)
MOST_ON_THE_WAY = 6


class Standing(NamedTuple):
    """What the membership card of a member tells, and how many of their stories are on the way to the wall."""

    number: int
    display_name: str
    joined_at: datetime
    stories: int
    on_the_way: int


def standing_of(member_id: str) -> Standing:
    """One query."""
    return Standing._make(db.session.execute(_standing(), {"member": member_id}).one())


def on_the_way(member_id: str) -> list[CardRow]:
    """The member's own stories that nobody else sees yet, latest first. One query."""
    statement = (
        _select()
        .where(Story.author_id == member_id, Story.state.in_(ON_THE_WAY))
        .order_by(Story.created_at.desc(), Story.id.desc())
        .limit(MOST_ON_THE_WAY)
    )
    return [CardRow._make(row) for row in db.session.execute(statement)]


@cache
def _standing() -> sa.Select[*tuple[Any, ...]]:
    """Ready made, on plain tables: every page of the wall asks it for every member."""
    member: Any = Member.__table__.c
    story: Any = Story.__table__.c
    told: Any = Storyteller.__table__.c
    me: sa.BindParameter[str] = sa.bindparam("member")
    waiting = sa.select(sa.func.count()).where(story.author_id == me, story.state.in_(ON_THE_WAY))
    return (
        sa.select(
            member.number,
            member.display_name,
            member.joined_at,
            sa.func.coalesce(told.stories, 0).label("stories"),
            waiting.scalar_subquery().label("on_the_way"),
        )
        .select_from(Member.__table__.outerjoin(Storyteller.__table__, told.member_id == member.id))
        .where(member.id == me)
    )
