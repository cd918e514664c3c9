"""What the wall shows a member about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import PAGE_SIZE
from portal.core.plain import Plain
from portal.notifications.queries import count_unread
from portal.stories.models import Reaction, Story, StoryState, Storyteller
from portal.stories.queries.wall import CardRow, _select

#: handed in, but not on the wall yet
ON_THE_WAY = (StoryState.PREPARING, StoryState.HELD)
MOST_ON_THE_WAY = 6
#: a page of the wall and the news above it
MOST_SHOWN = PAGE_SIZE + 1
_SHOWN = [f"story{number}" for number in range(MOST_SHOWN)]


class Standing(NamedTuple):
    """What the membership card of a member tells, and how many of their stories are on the way to the wall."""

    number: int
    display_name: str
    joined_at: datetime
    stories: int
    on_the_way: int


class Mine(NamedTuple):
    """All that one page of the wall shows to one member only."""

    standing: Standing
    unread: int
    liked: frozenset[str]


def standing_of(member_id: str) -> Standing:
    """One query. Raises NotFound for nobody."""
    row = _standing.one(member=member_id)
    if row is None:
        raise NotFound(_("There is no such member."))
    return Standing._make(row)


def mine_among(member_id: str, story_ids: Sequence[str]) -> Mine:
    """The member's standing, their bell, and which of these stories (at most MOST_SHOWN) they like. One query."""
    shown = dict.fromkeys(_SHOWN, "") | dict(zip(_SHOWN, story_ids, strict=False))
    row = _mine.one(member=member_id, **shown)
    if row is None:
        raise NotFound(_("There is no such member."))
    *standing, unread, liked = row
    return Mine(Standing._make(standing), unread, frozenset(liked.split(",")) if liked else frozenset())


def on_the_way(member_id: str) -> list[CardRow]:
    """The member's own stories that nobody else sees yet, latest first. One query."""
    statement = (
        _select()
        .where(Story.author_id == member_id, Story.state.in_(ON_THE_WAY))
        .order_by(Story.created_at.desc(), Story.id.desc())
        .limit(MOST_ON_THE_WAY)
    )
    return [CardRow._make(row) for row in db.session.execute(statement)]


def _select_standing() -> sa.Select[*tuple[Any, ...]]:
    """On plain tables: every page of the wall asks it for every member."""
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


def _select_mine() -> sa.Select[*tuple[Any, ...]]:
    liked = Reaction.__table__.c
    me: sa.BindParameter[str] = sa.bindparam("member")
    ids = sa.select(sa.func.aggregate_strings(liked.story_id, ",")).where(
        liked.member_id == me, liked.story_id.in_([sa.bindparam(name) for name in _SHOWN])
    )
    return _select_standing().add_columns(count_unread(me).scalar_subquery(), ids.scalar_subquery())


_standing, _mine = Plain(_select_standing), Plain(_select_mine)
