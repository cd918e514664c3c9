"""Who was here: real numbers only."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import AccountSession, Member, MemberState
from portal.accounts.queries.distance import apart, leave_out
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db

#: a greeter who was not here for this long is not asked
_AROUND = timedelta(days=14)


def presence_today(limit: int, viewer: Viewer | None = None) -> tuple[int, list[tuple[str, str]]]:
    """How many were here today (shop time), and (name, avatar) of some who have a face to show. One query.

    Nobody with a face counts as nobody: there would be nothing to show beside the number. Who is hidden from the
    viewer is neither shown nor counted.
    """
    seen = _last_seen(_midnight(), viewer)
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


def greeters(newcomer_id: str, limit: int) -> list[str]:
    """Ids of others who like to greet newcomers and were here lately, the latest first; nobody of a pair kept apart."""
    seen = _last_seen(clock.now() - _AROUND)
    statement = (
        sa.select(Member.id)
        .join(seen, seen.c.member_id == Member.id)
        .where(
            Member.greets_newcomers.is_(True),
            Member.state == MemberState.ACTIVE,
            Member.profile_hidden.is_(False),
            Member.id != newcomer_id,
            ~apart(Member.id, newcomer_id),
            ~apart(newcomer_id, Member.id),
        )
        .order_by(seen.c.last_seen_at.desc(), Member.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def _last_seen(since: datetime, viewer: Viewer | None = None) -> sa.Subquery:
    last = sa.func.max(AccountSession.last_seen_at).label("last_seen_at")
    seen = sa.select(AccountSession.member_id, last).where(AccountSession.last_seen_at >= since)
    return leave_out(seen, viewer, AccountSession.member_id).group_by(AccountSession.member_id).subquery()


def _midnight() -> datetime:
    zone = brand.current().time_zone
    return clock.day_start(clock.in_zone(clock.now(), zone).date(), zone)
