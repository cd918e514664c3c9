"""What the wall keeps about members: their stories with photos, comments and likes.

What staff told as the brand is the brand's and stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.core.i18n import lazy as _l
from portal.core.media.images import WIDTHS
from portal.core.media.queries import photos_of
from portal.core.media.storage import picture_key, storage
from portal.core.personal import rows_of
from portal.stories.campaign_models import Campaign, CampaignStory, CampaignWeek
from portal.stories.models import (
    Comment,
    CommentState,
    Hashtag,
    Reaction,
    Story,
    StoryEdit,
    StoryHashtag,
    StoryState,
    Storyteller,
)
from portal.stories.services.leaving import (
    drop_lonely_tags,
    forget_member_in,
    forget_story,
    strip_brand_story,
)

BATCH = 100
Row = dict[str, Any]


def export(member_id: str) -> Iterator[Part]:
    """Stories with what they said before, their pictures in the largest width, comments, likes."""
    mine = sa.select(Story).where(Story.author_id == member_id, Story.state != StoryState.DELETED)
    edits = sa.select(StoryEdit).join(Story, Story.id == StoryEdit.story_id)
    comments = sa.select(Comment).where(Comment.author_id == member_id, Comment.state != CommentState.DELETED)
    likes = sa.select(Reaction).where(Reaction.member_id == member_id)
    yield Part("stories.json", rows=rows_of(mine.order_by(Story.id), _story))
    yield Part("hashtags_of_my_stories.json", rows=_tags(member_id))
    yield Part(
        "what_my_stories_said_before.json",
        rows=rows_of(edits.where(Story.author_id == member_id).order_by(StoryEdit.id), _edit),
    )
    yield Part("comments.json", rows=rows_of(comments.order_by(Comment.id), _comment))
    yield Part("likes.json", rows=rows_of(likes.order_by(Reaction.created_at), _like))
    yield Part("campaigns_of_my_stories.json", rows=_campaigns(member_id))
    yield from _pictures(member_id)


def erase_some(member_id: str) -> bool:
    """One story of theirs, or what they said and liked below one story of somebody else. False: nothing is left."""
    own = sa.select(Story.id).where(
        Story.author_id == member_id, Story.state != StoryState.DELETED, sa.not_(Story.as_brand)
    )
    story_id = db.session.scalar(own.limit(1))
    if story_id is not None:
        forget_story(story_id)
        return True
    story_id = _next_story_with_traces(member_id)
    if story_id is not None:
        forget_member_in(story_id, member_id)
    return story_id is not None


def erase(member_id: str) -> None:
    """All stories, comments and likes; the rows that others' words hang on stay, and say nothing.

    So do those of campaigns: ids and days, by which what was given stays provable.
    """
    while erase_some(member_id):
        pass
    tombs = sa.update(Story).where(Story.author_id == member_id, Story.state == StoryState.DELETED)
    changed_rows(
        tombs.values(body="", region="", mood=None, product_id=None, cover_alt="", rejected_reason="")
    )
    for story_id in db.session.scalars(
        sa.select(Story.id).where(Story.author_id == member_id, Story.as_brand, Story.region != "")
    ).all():
        strip_brand_story(story_id)
    drop_lonely_tags()
    changed_rows(sa.delete(Storyteller).where(Storyteller.member_id == member_id))
    db.session.expire_all()


def counts(member_id: str) -> list[tuple[Any, Any]]:
    stories = sa.select(sa.func.count()).where(
        Story.author_id == member_id, Story.state != StoryState.DELETED
    )
    comments = sa.select(sa.func.count()).where(
        Comment.author_id == member_id, Comment.state != CommentState.DELETED
    )
    likes = sa.select(sa.func.count()).where(Reaction.member_id == member_id)
    return [(_l("Stories"), stories), (_l("Comments"), comments), (_l("Likes"), likes)]


PERSONAL = PersonalData(
    tables=frozenset(
        model.__tablename__
        for model in (Story, StoryEdit, Comment, Reaction, Storyteller, CampaignStory, CampaignWeek)
    ),
    export=export,
    erase=erase,
    erase_some=erase_some,
    counts=counts,
)


# ------------------------------------------------------------------ inside


def _next_story_with_traces(member_id: str) -> str | None:
    said = sa.select(Comment.story_id).where(
        Comment.author_id == member_id,
        sa.not_(Comment.as_brand),
        sa.or_(Comment.state != CommentState.DELETED, Comment.body != "", _childless()),
    )
    liked = sa.select(Reaction.story_id).where(Reaction.member_id == member_id)
    return db.session.scalar(said.limit(1)) or db.session.scalar(liked.limit(1))


def _childless() -> sa.ColumnElement[bool]:
    child = Comment.__table__.alias()
    return ~sa.exists().where(child.c.parent_id == Comment.__table__.c.id)


def _tags(member_id: str) -> Iterator[Row]:
    worn = (
        sa.select(StoryHashtag.story_id, Hashtag.name)
        .join(Hashtag, Hashtag.id == StoryHashtag.hashtag_id)
        .join(Story, Story.id == StoryHashtag.story_id)
        .where(Story.author_id == member_id)
        .order_by(StoryHashtag.story_id, Hashtag.name)
    )
    for row in db.session.execute(worn.execution_options(yield_per=BATCH)):
        yield {"story": row.story_id, "hashtag": row.name}


def _campaigns(member_id: str) -> Iterator[Row]:
    """Each story that takes part, and what its week brought if it has it."""
    has = sa.and_(
        CampaignWeek.campaign_id == CampaignStory.campaign_id, CampaignWeek.story_id == CampaignStory.story_id
    )
    parts = (
        sa.select(
            Campaign.slug,
            CampaignStory.story_id,
            CampaignStory.handed_in_at,
            CampaignWeek.given_at,
            CampaignWeek.coupon_id,
            Campaign.points,
        )
        .join(Campaign, Campaign.id == CampaignStory.campaign_id)
        .outerjoin(CampaignWeek, has)
        .where(CampaignStory.member_id == member_id)
        .order_by(CampaignStory.handed_in_at, CampaignStory.story_id)
    )
    for row in db.session.execute(parts.execution_options(yield_per=BATCH)):
        yield {
            "campaign": row.slug,
            "story": row.story_id,
            "handed_in_at": row.handed_in_at.isoformat(),
            "given_at": row.given_at.isoformat() if row.given_at else None,
            "points": row.points if row.given_at and not row.coupon_id else 0,
            "coupon": bool(row.coupon_id),
        }


def _pictures(member_id: str) -> Iterator[Part]:
    """File by file, story by story: five hundred stories are five hundred small questions."""
    reached = ""
    while True:
        some = sa.select(Story.id).where(
            Story.author_id == member_id, Story.state != StoryState.DELETED, Story.id > reached
        )
        ids = list(db.session.scalars(some.order_by(Story.id).limit(BATCH)))
        if not ids:
            return
        for story_id in ids:
            for photo in photos_of("story", story_id):
                if photo.is_ready:
                    with storage().as_path(picture_key(photo.id, max(WIDTHS))) as path:
                        yield Part(f"photos/{story_id}-{photo.position + 1}.webp", file=path)
        reached = ids[-1]


def _story(row: Story) -> Row:
    return {
        "id": row.id,
        "state": row.state.value,
        "text": row.body,
        "as_the_brand": row.as_brand,
        "mood": row.mood and row.mood.value,
        "region": row.region,
        "product": row.product_id,
        "begun_at": row.created_at,
        "published_at": row.published_at,
        "likes": row.reaction_count,
        "comments": row.comment_count,
        "reason": row.rejected_reason,
    }


def _edit(row: StoryEdit) -> Row:
    return {"story": row.story_id, "text": row.body, "until": row.edited_at}


def _comment(row: Comment) -> Row:
    return {
        "id": row.id,
        "story": row.story_id,
        "in_answer_to": row.parent_id,
        "as_the_brand": row.as_brand,
        "state": row.state.value,
        "text": row.body,
        "at": row.created_at,
    }


def _like(row: Reaction) -> Row:
    return {"story": row.story_id, "at": row.created_at}
