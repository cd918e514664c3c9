"""The log of what the brand said of its own accord."""

from __future__ import annotations

from datetime import datetime

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


def newest_touches(member_id: str, *, limit: int = 10, before: datetime | None = None) -> list[Touch]:
    """What reached this member, the latest first."""
    statement = sa.select(Touch).where(Touch.member_id == member_id, Touch.state == TouchState.MADE)
    if before is not None:
        statement = statement.where(Touch.made_at < before)
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
    """What the brand told them, and mail that came back, as staff read it in a member's life. Two queries."""
    entries = [
        TimelineEntry(one.at, "mail-x", _came_back(one.kind))
        for one in _bounces(member_id, limit=limit, before=before)
    ]
    entries += touch_timeline(member_id, before, limit)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def touch_timeline(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    """The same as staff read it in a member's life."""
    from portal.notifications.speech import said

    return [
        TimelineEntry(touch.made_at, "megaphone", said(touch.kind, touch.facts), touch.path)
        for touch in newest_touches(member_id, limit=limit, before=before)
        if touch.made_at is not None
    ]


def _bounces(member_id: str, *, limit: int, before: datetime | None) -> list[Bounce]:
    statement = sa.select(Bounce).where(Bounce.member_id == member_id)
    if before is not None:
        statement = statement.where(Bounce.at < before)
    return list(db.session.scalars(statement.order_by(Bounce.at.desc(), Bounce.id.desc()).limit(limit)))


def _came_back(kind: BounceKind) -> str:
    if kind is BounceKind.COMPLAINT:
        return _("Called a letter unwanted")
    return _("A letter came back for good") if kind is BounceKind.HARD else _("A letter came back for now")
