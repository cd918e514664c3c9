"""What the wall shows a member about themselves."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import db
from portal.stories.models import Story, StoryState, Storyteller
from portal.stories.queries.wall import CardRow, _select

#: handed in, but not on the wall yet
ON_THE_WAY = (StoryState.PREPARING, StoryState.HELD)
MOST_ON_THE_WAY = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """A member with the number of stories they have on the wall and on the way to it."""

    member: Member
    stories: int
    on_the_way: int


def standing_of(member_id: str) -> Standing:
    """One query."""
    waiting = (
        sa.select(sa.func.count())
        .select_from(Story)
        .where(Story.author_id == Member.id, Story.state.in_(ON_THE_WAY))
        .correlate(Member)
        .scalar_subquery()
    )
    statement = (
        sa.select(Member, Storyteller.stories, waiting)
        .outerjoin(Storyteller, Storyteller.member_id == Member.id)
        .where(Member.id == member_id)
    )
    member, stories, on_the_way = db.session.execute(statement).one()
    return Standing(member, stories or 0, on_the_way)


def on_the_way(member_id: str) -> list[CardRow]:
    """The member's own stories that nobody else sees yet, latest first. One query."""
    statement = (
        _select()
        .where(Story.author_id == member_id, Story.state.in_(ON_THE_WAY))
        .order_by(Story.created_at.desc(), Story.id.desc())
        .limit(MOST_ON_THE_WAY)
    )
    return [CardRow._make(row) for row in db.session.execute(statement)]
