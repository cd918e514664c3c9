"""Who was here: real numbers only."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import AccountSession, Member, MemberState
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db

#: a greeter who was not here for this long is not asked
_AROUND = timedelta(days=14)


def presence_today(limit: int) -> tuple[int, list[tuple[str, str]]]:
    """How many were here today (shop time), and (name, avatar) of some who have a face to show. One query.

    Nobody with a face counts as nobody: there would be nothing to show beside the number.
    """
    seen = _last_seen(_midnight())
    number = sa.select(sa.func.count()).select_from(seen).scalar_subquery()
    statement = (
        sa.select(Member.display_name, Member.avatar, number)
        .join(seen, seen.c.member_id == Member.id)
        .where(Member.avatar.is_not(None), Member.profile_hidden.is_(False))
        .order_by(seen.c.last_seen_at.desc(), Member.id)
        .limit(limit)
    )
    rows = db.session.execute(statement).all()
    return (rows[0][2] if rows else 0), [(name, avatar) for name, avatar, _number in rows if avatar]


def greeters(excluding: set[str], limit: int) -> list[str]:
    """Ids of members who like to greet newcomers and were here lately, the latest first."""
    seen = _last_seen(clock.now() - _AROUND)
    statement = (
        sa.select(Member.id)
        .join(seen, seen.c.member_id == Member.id)
        .where(
            Member.greets_newcomers.is_(True),
            Member.state == MemberState.ACTIVE,
            Member.profile_hidden.is_(False),
            Member.id.not_in(excluding),
        )
        .order_by(seen.c.last_seen_at.desc(), Member.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def _last_seen(since: datetime) -> sa.Subquery:
    return (
        sa.select(AccountSession.member_id, sa.func.max(AccountSession.last_seen_at).label("last_seen_at"))
        .where(AccountSession.last_seen_at >= since)
        .group_by(AccountSession.member_id)
        .subquery()
    )


def _midnight() -> datetime:
    zone = brand.current().time_zone
    return clock.day_start(clock.in_zone(clock.now(), zone).date(), zone)
