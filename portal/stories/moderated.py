"""Stories and comments as moderation sees them."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import db, lock_row
from portal.core.feature import ModerationTarget, TargetView
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.core.media.queries import photos_of_many
from portal.stories import services
from portal.stories.models import Comment, CommentState, Story, StoryState
from portal.stories.rules import language_of


def describe_stories(ids: list[str]) -> dict[str, TargetView]:
    """What the queue shows of these stories; two queries. Deleted ones are left out: nothing is left to decide."""
    columns = (Story.id, Story.author_id, Story.body, Story.language, Story.state)
    statement = sa.select(*columns, Story.members_only, Story.teaser).where(
        Story.id.in_(ids), Story.state.not_in((StoryState.DRAFT, StoryState.DELETED))
    )
    rows = db.session.execute(statement).all()
    photos = photos_of_many("story", [row.id for row in rows])
    return {
        row.id: TargetView(
            target_id=row.id,
            author_id=row.author_id,
            title="",
            body=row.body,
            url=path_to("stories.story", story_id=row.id),
            photo_ids=tuple(photo.id for photo in photos[row.id]),
            language=row.language,
            public=row.state is StoryState.PUBLISHED,
            excerpt=row.teaser if row.members_only else None,
        )
        for row in rows
    }


def describe_comments(ids: list[str]) -> dict[str, TargetView]:
    """What the queue shows of these comments; one query."""
    statement = (
        sa.select(
            Comment.id,
            Comment.author_id,
            Comment.body,
            Comment.story_id,
            Comment.state,
            Story.language,
            Story.state.label("story_state"),
            Story.members_only,
        )
        .join(Story, Story.id == Comment.story_id)
        .where(Comment.id.in_(ids), Comment.state != CommentState.DELETED, Story.state != StoryState.DELETED)
    )
    return {
        row.id: TargetView(
            target_id=row.id,
            author_id=row.author_id,
            title="",
            body=row.body,
            url=path_to("stories.story", story_id=row.story_id, _anchor=f"comment-{row.id}"),
            language=language_of(row.body, row.language),
            public=row.state is CommentState.PUBLISHED and row.story_state is StoryState.PUBLISHED,
            excerpt=_("A comment below a story for members") if row.members_only else None,
        )
        for row in db.session.execute(statement)
    }


def hold_story(story_id: str) -> None:
    lock_row(Story, story_id)


def hold_comment(comment_id: str) -> None:
    """Its story, as everything does that changes a comment."""
    story_id = db.session.scalar(sa.select(Comment.story_id).where(Comment.id == comment_id))
    if story_id is not None:
        lock_row(Story, story_id)


def story_state(story_id: str) -> str:
    """The present state of a story, as moderation remembers it."""
    return _state(sa.select(Story.state).where(Story.id == story_id))


def comment_state(comment_id: str) -> str:
    return _state(sa.select(Comment.state).where(Comment.id == comment_id))


def _state(statement: sa.Select[StoryState] | sa.Select[CommentState]) -> str:
    found = db.session.scalar(statement)
    return found.value if found else ""


STORY = ModerationTarget(
    kind="story",
    label=_l("Story"),
    describe=describe_stories,
    hold=hold_story,
    state_of=story_state,
    approve=services.approve_story,
    hide=services.hide_story,
    restore=services.restore_story,
)
COMMENT = ModerationTarget(
    kind="comment",
    label=_l("Comment"),
    describe=describe_comments,
    hold=hold_comment,
    state_of=comment_state,
    approve=services.approve_comment,
    hide=services.hide_comment,
    restore=services.restore_comment,
)
