"""What the story wall tells those above it: frozen facts of ids, sent inside the transaction that makes them true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class StoryPublished:
    """A story stands on the wall (for the first time, or again)."""

    story_id: str
    author_id: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class StoryWithdrawn:
    """A story left the wall: hidden, held again or deleted."""

    story_id: str
    author_id: str


@dataclass(frozen=True, slots=True)
class StoryAnswered:
    """The brand gave a story its first answer."""

    story_id: str
    author_id: str
    comment_id: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class StoryFeatured:
    """Staff chose a story."""

    story_id: str
    author_id: str


@dataclass(frozen=True, slots=True)
class CommentPublished:
    comment_id: str
    story_id: str
    author_id: str


story_published = _signals.signal("story-published")
story_withdrawn = _signals.signal("story-withdrawn")
story_answered = _signals.signal("story-answered")
story_featured = _signals.signal("story-featured")
comment_published = _signals.signal("comment-published")
