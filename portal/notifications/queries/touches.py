"""The log of what the brand said of its own accord."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import TimelineEntry
from portal.core.i18n import _
from portal.notifications.models import Bounce, BounceKind, Channel, Preference, Touch, TouchState
from portal.notifications.rules import WEEK


def made_this_week(member_id: str, now: datetime, *, besides: str = "") -> list[datetime]:
    """When the touches of the last seven days were made, but for one of them. One query over an index."""
    return list(
        db.session.scalars(
            sa.select(Touch.made_at).where(
                Touch.member_id == member_id,
                Touch.made_at > now - WEEK,
                Touch.state == TouchState.MADE,
                Touch.id != besides,
            )
        )
    )


def newest_touches(member_id: str, *, limit: int = 10) -> list[Touch]:
    """What reached this member, the latest first."""
    statement = sa.select(Touch).where(Touch.member_id == member_id, Touch.state == TouchState.MADE)
    return list(db.session.scalars(statement.order_by(Touch.made_at.desc(), Touch.id.desc()).limit(limit)))


def last_touched(group: str) -> str:
    """The greatest id among the members who have a touch of this group; empty when nobody has."""
    return db.session.scalar(sa.select(sa.func.max(Touch.member_id)).where(Touch.group_key == group)) or ""


def who_asked_for(kind: str) -> sa.Select[str]:
    """Ids of the members who said that they want this kind, for a condition on members."""
    return sa.select(Preference.member_id).where(
        Preference.kind == kind, Preference.channel == Channel.INBOX, Preference.wanted
    )


def told_timeline(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    """What the brand told them, and mail that came back, as staff read it in a member's life. One query."""
    touches, bounces = _touches(member_id), _bounces(member_id)
    if before is not None:
        touches, bounces = touches.where(Touch.made_at < before), bounces.where(Bounce.at < before)
    parts = (touches.order_by(Touch.made_at.desc()), bounces.order_by(Bounce.at.desc()))
    newest = [sa.select(part.limit(limit).subquery()) for part in parts]
    rows = db.session.execute(sa.union_all(*newest).order_by(sa.text("1 DESC")).limit(limit))
    return [_entry(*row) for row in rows]


def _touches(member_id: str) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        sa.type_coerce(Touch.made_at, Touch.created_at.type).label("at"),
        Touch.kind.label("kind"),
        Touch.path.label("path"),
        Touch.facts.label("facts"),
    ).where(Touch.member_id == member_id, Touch.state == TouchState.MADE, Touch.made_at.is_not(None))


def _bounces(member_id: str) -> sa.Select[*tuple[Any, ...]]:
    """In the same columns; there are no facts, so that the two can be told apart."""
    return sa.select(
        Bounce.at.label("at"),
        sa.cast(Bounce.kind, sa.String).label("kind"),
        sa.literal("").label("path"),
        sa.cast(sa.null(), Touch.facts.type).label("facts"),
    ).where(Bounce.member_id == member_id)


def _entry(at: datetime, kind: str, path: str, facts: dict[str, Any] | None) -> TimelineEntry:
    from portal.notifications.speech import said

    if facts is None:
        return TimelineEntry(at, "mail-x", _came_back(BounceKind(kind)))
    return TimelineEntry(at, "megaphone", said(kind, facts), path)


def _came_back(kind: BounceKind) -> str:
    if kind is BounceKind.COMPLAINT:
        return _("Called a letter unwanted")
    return _("A letter came back for good") if kind is BounceKind.HARD else _("A letter came back for now")
