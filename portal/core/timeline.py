"""A member's life with the house, as all features together tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from portal.core.access import Viewer
from portal.core.feature import TimelineEntry
from portal.core.installation import registry

ON_A_PAGE = 30
#: more things than this at one and the same instant are cut
MOST_AT_ONCE = 960


@dataclass(frozen=True)
class Timeline:
    """Some entries, the newest first; the next page holds what is older than ``next_before`` (None: that was all)."""

    entries: list[TimelineEntry]
    next_before: datetime | None


def timeline_of(
    member_id: str, before: datetime | None = None, *, by: Viewer, limit: int = ON_A_PAGE
) -> Timeline:
    """What every feature tells of this member, merged, as far as ``by`` may read it. As many queries as the features ask.

    A page never ends between two things of the same instant, or the rest of them would be lost: it ends before them.
    """
    found = _merged(member_id, before, limit + 1, by)
    if len(found) <= limit:
        return Timeline(found, None)
    next_at = found[limit].at
    page = [entry for entry in found[:limit] if entry.at > next_at]
    if page:
        return Timeline(page, page[-1].at)
    if limit < MOST_AT_ONCE:  # all of one instant
        return timeline_of(member_id, before, by=by, limit=limit * 2)
    return Timeline(found[:limit], next_at)


def read_moment(text: str | None) -> datetime | None:
    """The moment in an address that somebody may have cut or bent; None when it is none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _merged(member_id: str, before: datetime | None, limit: int, by: Viewer) -> list[TimelineEntry]:
    """A feature's entries all need the same, or nothing: leaving some out leaves no gap behind them."""
    tellers = [feature.timeline for feature in registry().features if feature.timeline is not None]
    entries = [entry for tell in tellers for entry in tell(member_id, before, limit)]
    mine = [entry for entry in entries if entry.needs is None or by.can(entry.needs)]
    return sorted(mine, key=lambda entry: entry.at, reverse=True)[:limit]
