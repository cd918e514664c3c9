"""The log of what the brand said of its own accord."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core.db import db
from portal.notifications.models import Channel, Preference, Touch, TouchState
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
