"""What the story wall tells of a member's life with the house, for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import TimelineEntry
from portal.core.i18n import _
from portal.core.links import path_to
from portal.stories.models import Comment, CommentState, Story, StoryState

EXCERPT = 60


def story_timeline(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    """Stories handed in and published, and comments, the newest first; words only of what everyone may read.

    One query. What was deleted left no trace.
    """
    parts = [
        _told(Story.submitted_at, "handed_in", member_id),
        _told(Story.published_at, "published", member_id),
        _commented(member_id),
    ]
    if before is not None:
        parts = [part.where(part.selected_columns[0] < before) for part in parts]
    newest = [
        sa.select(part.order_by(part.selected_columns[0].desc()).limit(limit).subquery()) for part in parts
    ]
    rows = db.session.execute(sa.union_all(*newest).order_by(sa.text("1 DESC")).limit(limit))
    return [_entry(*row) for row in rows]


def _told(moment: Any, deed: str, member_id: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(
        sa.type_coerce(moment, Story.created_at.type).label("at"),
        sa.literal(deed).label("deed"),
        Story.id.label("story_id"),
        sa.literal("").label("comment_id"),
        sa.case((Story.state == StoryState.PUBLISHED, Story.body), else_="").label("words"),
        (Story.state == StoryState.PUBLISHED).label("shown"),
    ).where(
        Story.author_id == member_id,
        Story.state.not_in((StoryState.DRAFT, StoryState.DELETED)),
        moment.is_not(None),
    )


def _commented(member_id: str) -> sa.Select[tuple[object, ...]]:
    shown = sa.and_(Comment.state == CommentState.PUBLISHED, Story.state == StoryState.PUBLISHED)
    return (
        sa.select(
            Comment.created_at.label("at"),
            sa.literal("commented").label("deed"),
            Comment.story_id.label("story_id"),
            Comment.id.label("comment_id"),
            sa.case((shown, Comment.body), else_="").label("words"),
            shown.label("shown"),
        )
        .join(Story, Story.id == Comment.story_id)
        .where(Comment.author_id == member_id, Comment.state != CommentState.DELETED)
    )


def _entry(at: datetime, deed: str, story_id: str, comment_id: str, words: str, shown: bool) -> TimelineEntry:
    line = " ".join(words.split())
    line = line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"
    anchor = f"comment-{comment_id}" if comment_id else None
    path = path_to("stories.story", story_id=story_id, _anchor=anchor) if shown else ""
    return TimelineEntry(at, _ICONS[deed], _sentence(deed, line), path)


_ICONS = {"handed_in": "pencil", "published": "book-heart", "commented": "message-circle"}


def _sentence(deed: str, line: str) -> str:
    if deed == "handed_in":
        return _("Handed a story in")
    if deed == "published":
        return _("A story stands on the wall: “%(text)s”", text=line) if line else _("A story was published")
    return _("Commented: “%(text)s”", text=line) if line else _("Wrote a comment")
