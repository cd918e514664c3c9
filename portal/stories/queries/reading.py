"""What reading one story depends on: two questions that stand ready made, so that its page need not be drawn each time."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.catalog.models import Product
from portal.core.plain import Plain
from portal.notifications.queries import count_unread
from portal.stories.models import Comment, Hashtag, Reaction, Story, StoryHashtag
from portal.stories.queries.wall import ON_THE_WALL

# plain columns (typed loosely: a table knows its columns by name only)
_story: Any = Story.__table__.c
_member: Any = Member.__table__.c
_product: Any = Product.__table__.c
_comment: Any = Comment.__table__.c
_tag: Any = Hashtag.__table__.c
_tagged: Any = StoryHashtag.__table__.c
_reaction: Any = Reaction.__table__.c


class ReadingStamp(NamedTuple):
    """A story on the wall, and everything its page shows by version: as long as this is the same, the page is.

    ``reaction_count`` and who may change the story stand beside it: they are filled in.
    """

    author_id: str
    reaction_count: int
    shown: tuple[Any, ...]


class MineHere(NamedTuple):
    """All that the page of a story shows to one member only."""

    liked: bool
    wrote: bool
    unread: int


def find_stamp(story_id: str) -> ReadingStamp | None:
    """None when the story is not on the wall (or not at all), or not all of it is for everybody. One query."""
    row = _stamp.one(story=story_id)
    return ReadingStamp(row[0], row[1], row[2:]) if row else None


def mine_here(member_id: str, story_id: str) -> MineHere:
    """Whether the member likes the story, has ever written below it, and their bell. One query."""
    row = _mine.one(member=member_id, story=story_id)
    assert row is not None, "it counts: there is always a row"
    return MineHere._make(row)


# ------------------------------------------------------------------ inside


def _select_stamp() -> sa.Select[*tuple[Any, ...]]:
    """The versions of all who talk are added up: they only grow, and a comment that comes or goes changes the story's."""
    story: sa.BindParameter[str] = sa.bindparam("story")
    author = Member.__table__.alias("author")
    talking = (
        sa.select(sa.func.sum(_member.version))
        .select_from(Comment.__table__.join(Member.__table__, _member.id == _comment.author_id))
        .where(_comment.story_id == story)
    )
    labels = (
        sa.select(sa.func.aggregate_strings(_tag.label_zh + "|" + _tag.label_en, ";"))
        .select_from(StoryHashtag.__table__.join(Hashtag.__table__, _tag.id == _tagged.hashtag_id))
        .where(_tagged.story_id == story)
    )
    tables = Story.__table__.join(author, author.c.id == _story.author_id)
    return (
        sa.select(
            _story.author_id,
            _story.reaction_count,
            _story.version,
            author.c.version,
            _product.version.label("product_version"),
            _product.shown,
            talking.scalar_subquery(),
            labels.scalar_subquery(),
        )
        .select_from(tables.outerjoin(Product.__table__, _product.id == _story.product_id))
        .where(_story.id == story, ON_THE_WALL, sa.not_(_story.members_only))
    )


def _select_mine() -> sa.Select[*tuple[Any, ...]]:
    me: sa.BindParameter[str] = sa.bindparam("member")
    story: sa.BindParameter[str] = sa.bindparam("story")
    liked = sa.exists().where(_reaction.story_id == story, _reaction.member_id == me)
    wrote = sa.exists().where(_comment.story_id == story, _comment.author_id == me)
    return sa.select(liked, wrote, count_unread(me).scalar_subquery())


_stamp, _mine = Plain(_select_stamp), Plain(_select_mine)
