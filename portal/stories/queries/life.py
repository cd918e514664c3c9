"""What the story wall tells of a member's life with the house, for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.links import path_to
from portal.core.timeline import moments
from portal.stories.models import Comment, CommentState, Story, StoryState

EXCERPT = 60


def _told(moment: Any, member_id: str) -> sa.Select[Any]:
    """Words only of what everyone may read. What was deleted left no trace."""
    shown = Story.state == StoryState.PUBLISHED
    words = sa.case((~shown, ""), (Story.members_only, Story.teaser), else_=Story.body)
    return moments(moment, story=Story.id, shown=shown, words=words).where(
        Story.author_id == member_id, Story.state.not_in((StoryState.DRAFT, StoryState.DELETED))
    )


def _handed_in(member_id: str) -> sa.Select[Any]:
    return _told(Story.submitted_at, member_id)


def _published(member_id: str) -> sa.Select[Any]:
    return _told(Story.published_at, member_id)


def _commented(member_id: str) -> sa.Select[Any]:
    shown = sa.and_(Comment.state == CommentState.PUBLISHED, Story.state == StoryState.PUBLISHED)
    words = sa.case((sa.and_(shown, ~Story.members_only), Comment.body), else_="")
    told = moments(Comment.created_at, story=Story.id, comment=Comment.id, shown=shown, words=words)
    return told.join(Story, Story.id == Comment.story_id).where(
        Comment.author_id == member_id, Comment.state != CommentState.DELETED
    )


def _hand_in(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    return TimelineEntry(at, "pencil", _("Handed a story in"), _path(facts))


def _publication(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    line = _excerpt(facts)
    said = _("A story stands on the wall: “%(text)s”", text=line) if line else _("A story was published")
    return TimelineEntry(at, "book-heart", said, _path(facts))


def _comment(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    line = _excerpt(facts)
    said = _("Commented: “%(text)s”", text=line) if line else _("Wrote a comment")
    return TimelineEntry(at, "message-circle", said, _path(facts))


def _excerpt(facts: dict[str, Any]) -> str:
    line = " ".join(facts["words"].split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


def _path(facts: dict[str, Any]) -> str:
    anchor = f"comment-{facts['comment']}" if "comment" in facts else None
    return path_to("stories.story", story_id=facts["story"], _anchor=anchor) if facts["shown"] else ""


#: stories handed in and published, and comments
LIFE = (Teller(_handed_in, _hand_in), Teller(_published, _publication), Teller(_commented, _comment))
