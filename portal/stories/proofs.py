"""Every number that the wall keeps instead of counting, counted anew for ``flask prove``."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import Proof
from portal.core.media.models import Photo, PhotoState
from portal.orders import queries as orders
from portal.stories import campaign_proofs
from portal.stories.models import (
    Comment,
    CommentState,
    Hashtag,
    Reaction,
    Story,
    StoryHashtag,
    StoryState,
    Storyteller,
    WallTotals,
)

Differences = Iterator[tuple[str, int, int]]

_PUBLISHED = Story.state == StoryState.PUBLISHED


def reactions() -> Differences:
    """Likes of each story."""
    true = sa.select(sa.func.count()).where(Reaction.story_id == Story.id).correlate(Story).scalar_subquery()
    yield from _differences("story", sa.select(Story.id, Story.reaction_count, true))


def comments() -> Differences:
    """Published comments of each story."""
    true = (
        sa.select(sa.func.count())
        .where(Comment.story_id == Story.id, Comment.state == CommentState.PUBLISHED)
        .correlate(Story)
        .scalar_subquery()
    )
    yield from _differences("story", sa.select(Story.id, Story.comment_count, true))


def photos() -> Differences:
    """Photos that readers see of each published story."""
    true = (
        sa.select(sa.func.count())
        .where(
            Photo.owner_kind == "story",
            Photo.owner_id == Story.id,
            Photo.state == PhotoState.READY,
            sa.or_(Photo.published, Story.members_only),
        )
        .correlate(Story)
        .scalar_subquery()
    )
    yield from _differences("story", sa.select(Story.id, Story.photo_count, true).where(_PUBLISHED))


def hashtags() -> Differences:
    """Published stories of each hashtag."""
    true = (
        sa.select(sa.func.count())
        .select_from(StoryHashtag)
        .join(Story, Story.id == StoryHashtag.story_id)
        .where(StoryHashtag.hashtag_id == Hashtag.id, _PUBLISHED)
        .correlate(Hashtag)
        .scalar_subquery()
    )
    yield from _differences("hashtag", sa.select(Hashtag.name, Hashtag.story_count, true))


def storytellers() -> Differences:
    """Published stories of each member, brand news left out."""
    true = (
        sa.select(sa.func.count())
        .where(Story.author_id == Storyteller.member_id, _PUBLISHED, sa.not_(Story.as_brand))
        .correlate(Storyteller)
        .scalar_subquery()
    )
    yield from _differences("member", sa.select(Storyteller.member_id, Storyteller.stories, true))
    unknown = (
        sa.select(Story.author_id, sa.literal(0), sa.func.count())
        .outerjoin(Storyteller, Storyteller.member_id == Story.author_id)
        .where(_PUBLISHED, sa.not_(Story.as_brand), Storyteller.member_id.is_(None))
        .group_by(Story.author_id)
    )
    yield from _differences("member", unknown)


def totals() -> Differences:
    """The two live numbers of the wall."""
    kept = db.session.execute(sa.select(WallTotals.stories, WallTotals.storytellers)).first()
    stories = db.session.scalar(sa.select(sa.func.count()).select_from(Story).where(_PUBLISHED)) or 0
    people = sa.select(sa.func.count(Story.author_id.distinct())).where(_PUBLISHED, sa.not_(Story.as_brand))
    storytellers = db.session.scalar(people) or 0
    for name, is_kept, is_true in (
        ("wall stories", kept.stories if kept else 0, stories),
        ("wall storytellers", kept.storytellers if kept else 0, storytellers),
    ):
        if is_kept != is_true:
            yield name, is_kept, is_true


def owning() -> Differences:
    """The mark of those who bought what they write about."""
    rows = db.session.execute(
        sa.select(Story.id, Story.author_id, Story.product_id, Story.owns_it).where(
            Story.product_id.is_not(None), sa.not_(Story.as_brand)
        )
    ).all()
    owned = orders.owned({row.author_id for row in rows})
    for row in rows:
        true = (row.author_id, row.product_id) in owned
        if row.owns_it != true:
            yield f"story {row.id}", row.owns_it, true


def _differences(kind: str, statement: sa.Select[str, int, int]) -> Differences:
    for name, kept, true in db.session.execute(statement):
        if kept != true:
            yield f"{kind} {name}", kept, true


PROOFS = (
    Proof("stories: likes", reactions),
    Proof("stories: comments", comments),
    Proof("stories: photos", photos),
    Proof("stories: hashtags", hashtags),
    Proof("stories: storytellers", storytellers),
    Proof("stories: wall", totals),
    Proof("stories: who owns what", owning),
    *campaign_proofs.PROOFS,
)
