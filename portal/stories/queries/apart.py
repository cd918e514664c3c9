"""Figures for a viewer from whom somebody is hidden: what those people did is not counted.

Figures of the whole house (all stories, the themes, how many people told) stay what they are: they are about nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from portal.accounts.queries.distance import hidden_from
from portal.core.access import Viewer
from portal.core.db import db
from portal.stories.models import Comment, CommentState, Reaction, Story, StoryHashtag
from portal.stories.queries.wall import NOT_NEWS, ON_THE_WALL, CardRow


class Unseen(NamedTuple):
    """How many likes and comments of a story are those of people hidden from the viewer, and if its author is one."""

    reactions: int = 0
    comments: int = 0
    author: bool = False


NOTHING = Unseen()


def unseen_among(viewer: Viewer | None, story_ids: Iterable[str]) -> dict[str, Unseen]:
    """What of these stories' figures is hidden from the viewer. One query, none while nobody is hidden."""
    wanted = list(story_ids)
    likers, writers = hidden_from(viewer, Reaction.member_id), hidden_from(viewer, Comment.author_id)
    authors = hidden_from(viewer, Story.author_id)
    if likers is None or writers is None or authors is None or not wanted:
        return {}
    one: sa.ColumnElement[int] = sa.literal_column("1")
    zero: sa.ColumnElement[int] = sa.literal_column("0")
    likes = sa.select(
        Reaction.story_id.label("story_id"), one.label("likes"), zero.label("words"), zero.label("theirs")
    )
    words = sa.select(Comment.story_id, zero, one, zero)
    theirs = sa.select(Story.id, zero, zero, one)
    published = (Comment.state == CommentState.PUBLISHED, sa.not_(Comment.as_brand))
    both = sa.union_all(
        likes.where(Reaction.story_id.in_(wanted), likers),
        words.where(Comment.story_id.in_(wanted), writers, *published),
        theirs.where(Story.id.in_(wanted), authors, NOT_NEWS),
    ).subquery()
    sums = [sa.func.sum(both.c[name]) for name in ("likes", "words", "theirs")]
    rows = db.session.execute(sa.select(both.c.story_id, *sums).group_by(both.c.story_id))
    return {row[0]: Unseen(int(row[1]), int(row[2]), bool(row[3])) for row in rows}


def without(row: CardRow, unseen: Unseen) -> CardRow:
    """The card with the figures that remain."""
    return row._replace(
        reaction_count=row.reaction_count - unseen.reactions,
        comment_count=row.comment_count - unseen.comments,
    )


def hidden_by_tag(viewer: Viewer | None, hashtag_id: str) -> int:
    """How many stories of a hashtag are hidden from the viewer. At most one query."""
    hidden = hidden_from(viewer, Story.author_id)
    if hidden is None:
        return 0
    tagged = sa.select(sa.func.count()).select_from(Story)
    tagged = tagged.join(StoryHashtag, StoryHashtag.story_id == Story.id)
    return db.session.scalar(tagged.where(StoryHashtag.hashtag_id == hashtag_id, *_theirs(hidden))) or 0


def hidden_by_region(viewer: Viewer | None) -> dict[str, int]:
    """How many stories from each region are hidden from the viewer. At most one query."""
    hidden = hidden_from(viewer, Story.author_id)
    if hidden is None:
        return {}
    counted = sa.select(Story.region, sa.func.count()).where(*_theirs(hidden)).group_by(Story.region)
    return dict(db.session.execute(counted).all())


def _theirs(hidden: sa.ColumnElement[bool]) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    return ON_THE_WALL, NOT_NEWS, hidden
