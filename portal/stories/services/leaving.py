"""Somebody leaves the house: what the wall had of them goes, one story at a time."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import changed_rows, db, lock_row
from portal.stories import ways
from portal.stories.campaign_models import Campaign
from portal.stories.models import (
    Comment,
    CommentState,
    Hashtag,
    Prompt,
    Reaction,
    Story,
    StoryHashtag,
)
from portal.stories.services.comments import take_comment_away
from portal.stories.services.publication import take_story_away


def forget_story(story_id: str) -> None:
    """A story of theirs, in any state: as if they had deleted it."""
    lock_row(Story, story_id)
    take_story_away(db.session.get_one(Story, story_id, populate_existing=True))


def forget_member_in(story_id: str, member_id: str) -> None:
    """Their comments and their like below a story of somebody else. Where others answered, a place stays."""
    lock_row(Story, story_id)
    here = sa.and_(Comment.story_id == story_id, Comment.author_id == member_id, sa.not_(Comment.as_brand))
    for comment in db.session.scalars(sa.select(Comment).where(here).order_by(Comment.id)).all():
        take_comment_away(comment)
    _drop_unanswered(here, Comment.story_id == story_id)
    _take_like_back(story_id, member_id)
    db.session.expire_all()


def strip_brand_story(story_id: str) -> None:
    """News of the brand stays; where its writer lives is nobody's business."""
    lock_row(Story, story_id)
    changed_rows(sa.update(Story).where(Story.id == story_id).values(region="", version=Story.version + 1))
    ways.changed()


def drop_lonely_tags() -> int:
    """Hashtags that nobody uses (any more) go: one of somebody's own may be a name. Returns how many.

    Themes, and the tags of prompts and campaigns, are the house's.
    """
    used = sa.exists().where(StoryHashtag.hashtag_id == Hashtag.id)
    asked = sa.exists().where(Prompt.hashtag_id == Hashtag.id)
    runs = sa.exists().where(Campaign.hashtag_id == Hashtag.id)
    return changed_rows(sa.delete(Hashtag).where(Hashtag.theme_position.is_(None), ~used, ~asked, ~runs))


def _drop_unanswered(here: sa.ColumnElement[bool], story: sa.ColumnElement[bool]) -> None:
    """Replies first, so that a comment answered only by its author goes as well."""
    for is_reply in (Comment.parent_id.is_not(None), Comment.parent_id.is_(None)):
        answered = sa.select(Comment.parent_id).where(Comment.parent_id.is_not(None), story)
        gone = sa.and_(here, is_reply, Comment.state == CommentState.DELETED, Comment.id.not_in(answered))
        changed_rows(sa.delete(Comment).where(gone))


def _take_like_back(story_id: str, member_id: str) -> None:
    mine = sa.delete(Reaction).where(Reaction.story_id == story_id, Reaction.member_id == member_id)
    if changed_rows(mine):
        counted = sa.update(Story).where(Story.id == story_id)
        changed_rows(counted.values(reaction_count=Story.reaction_count - 1, version=Story.version + 1))
