"""What the wall shows a member about themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import AccountSession, Member
from portal.accounts.queries import SignedIn, select_signed_in, signed_in
from portal.core.access import Viewer
from portal.core.crypto import digest
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import PAGE_SIZE
from portal.core.plain import Driver, Plain
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
    avatar: str | None
    unread: int
    liked: frozenset[str]

    @property
    def about(self) -> tuple[Any, ...]:
        """All of it but the likes: who agrees in this gets the same pieces."""
        return self[:-1]


class Reader(NamedTuple):
    """Who reads the wall, and what it shows to them only."""

    signed_in: SignedIn
    mine: Mine


def mine_among(me: Viewer, story_ids: Iterable[str]) -> Mine:
    """The member's standing, their bell, and which of these stories (at most MOST_SHOWN) they like. One query."""
    row = _mine.one(member=me.id, **_shown(story_ids))
    if row is None:
        raise NotFound(_("There is no such member."))
    return _mine_of(me, row)


def reader_of(driver: Driver, token: str, story_ids: Iterable[str]) -> Reader | None:
    """The same, and whose session this is, in one statement on a connection of the driver; None when it is closed."""
    row = _reader.ask(driver, session=digest(token), **_shown(story_ids))
    if row is None:
        return None
    found = signed_in(row, token)
    return Reader(found, _mine_of(found.viewer, row[-_OWN:]))


def on_the_way(member_id: str) -> list[CardRow]:
    """The member's own stories that nobody else sees yet, latest first. One query."""
    statement = (
        _select()
        .where(Story.author_id == member_id, Story.state.in_(ON_THE_WAY))
        .order_by(Story.created_at.desc(), Story.id.desc())
        .limit(MOST_ON_THE_WAY)
    )
    return [CardRow._make(row) for row in db.session.execute(statement)]


# ------------------------------------------------------------------ inside


def _shown(story_ids: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(_SHOWN, "") | dict(zip(_SHOWN, story_ids, strict=False))


def _mine_of(me: Viewer, row: Sequence[Any]) -> Mine:
    """``row`` as ``_own`` says."""
    joined_at, stories, waiting, unread, liked = row
    standing = Standing(me.number, me.display_name, joined_at, stories, waiting)
    return Mine(standing, me.avatar, unread, frozenset(liked.split(",")) if liked else frozenset())


_OWN = 5


def _own(me: sa.ColumnElement[str]) -> list[sa.ColumnElement[Any]]:
    """On plain tables: every page of the wall asks it for every member."""
    story: Any = Story.__table__.c
    told: Any = Storyteller.__table__.c
    liked: Any = Reaction.__table__.c
    stories = sa.select(told.stories).where(told.member_id == me)
    waiting = sa.select(sa.func.count()).where(story.author_id == me, story.state.in_(ON_THE_WAY))
    likes = sa.select(sa.func.aggregate_strings(liked.story_id, ",")).where(
        liked.member_id == me, liked.story_id.in_([sa.bindparam(name) for name in _SHOWN])
    )
    return [
        Member.__table__.c.joined_at,
        sa.func.coalesce(stories.scalar_subquery(), 0),
        *(part.scalar_subquery() for part in (waiting, count_unread(me), likes)),
    ]


def _select_mine() -> sa.Select[*tuple[Any, ...]]:
    me: sa.BindParameter[str] = sa.bindparam("member")
    return sa.select(*_own(me)).where(Member.__table__.c.id == me)


def _select_reader() -> sa.Select[*tuple[Any, ...]]:
    session: Any = AccountSession.__table__.alias().c
    me = sa.select(session.member_id).where(session.token_hash == sa.bindparam("session"))
    return select_signed_in().add_columns(*_own(me.scalar_subquery()))


_mine, _reader = Plain(_select_mine), Plain(_select_reader)
