"""When something waits for a person's eyes, and who may decide about it."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256

from portal.core.access import Viewer
from portal.core.elsewhere import has_link
from portal.core.feature import TargetView


class HeldBecause(StrEnum):
    """Why a new thing was held before anybody saw it."""

    FIRST_STORIES = "first_stories"
    LINKS = "links"
    FIRST_WORDS = "first_words"
    TAKEN_DOWN = "taken_down"


#: a newcomer's first ones are looked at, like their first stories: they stand where everybody reads
LOOKED_AT_FIRST = frozenset({"pledge", "report"})


class RejectReason(StrEnum):
    """The reasons staff choose from; the author reads them in the author's own language."""

    UNCLEAR = "unclear"
    PRIVATE = "private"
    UNKIND = "unkind"
    ADVERT = "advert"
    NOT_THEIRS = "not_theirs"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


def why_hold(
    target_kind: str, *, author: Viewer, body: str, earlier: int, newcomer_stories: int, again: bool = False
) -> HeldBecause | None:
    """A newcomer's first stories and a newcomer's links wait; staff never do. What was taken down (``again``) waits whoever
    wrote it."""
    if again:
        return HeldBecause.TAKEN_DOWN
    if author.is_staff or earlier >= newcomer_stories:
        return None
    if target_kind == "story":
        return HeldBecause.FIRST_STORIES
    if target_kind in LOOKED_AT_FIRST:
        return HeldBecause.FIRST_WORDS
    return HeldBecause.LINKS if has_link(body) else None


def may_decide(author_id: str, by: Viewer, *, colleagues: list[str]) -> bool:
    """Nobody judges what they wrote themselves, unless there is nobody else to do it."""
    return author_id != by.id or not [colleague for colleague in colleagues if colleague != by.id]


def digest_of(view: TargetView) -> str:
    """The same for the same content."""
    return sha256("\x1f".join((view.title, view.body, *view.photo_ids)).encode()).hexdigest()
