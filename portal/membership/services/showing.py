"""The tier beside a member's name, kept for walls that are the same for everybody (:class:`ShownTier`).

Whatever changes a span or a standing, in whatever service, is followed in the same flush. What time alone changes is due
at its moment, and the sweep finds it within a minute. Each change shows the member anew wherever their name stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.accounts import services as accounts
from portal.core import clock
from portal.core.db import changed_rows, db, insert_once
from portal.membership.models import ShownTier, Span, Standing, Tier
from portal.membership.queries.access import tiers_of
from portal.membership.services.holding import hold


def keep_shown(member_id: str, *, anew: bool = False) -> None:
    """Keep what stands beside the name now, and when time changes it.

    ``anew``: the name is shown anew in any case, because the words of the tier may have changed.
    """
    now = clock.now()
    held = tiers_of([member_id], now).get(member_id, [])
    tier_id, due_at = held[0].id if held else None, _next_change(member_id, now)
    mine = sa.select(ShownTier.tier_id, ShownTier.due_at).where(ShownTier.member_id == member_id)
    row = db.session.execute(mine).first()
    before = row.tier_id if row else None
    if row is None and (tier_id or due_at):
        insert_once(ShownTier, member_id=member_id, tier_id=tier_id, due_at=due_at)
    elif row is not None and (row.tier_id, row.due_at) != (tier_id, due_at):
        kept = sa.update(ShownTier).where(ShownTier.member_id == member_id)
        changed_rows(kept.values(tier_id=tier_id, due_at=due_at))
    if anew or tier_id != before:
        accounts.show_anew(member_id)


def due_shown(limit: int) -> list[str]:
    """Members beside whose names something else may have to stand."""
    due = sa.select(ShownTier.member_id).where(ShownTier.due_at <= clock.now())
    return list(db.session.scalars(due.order_by(ShownTier.due_at, ShownTier.member_id).limit(limit)))


def show_now(member_id: str) -> None:
    """What became due: time moved on, or the tier has other words."""
    hold(member_id)
    keep_shown(member_id, anew=True)


# ------------------------------------------------------------------ inside


def _next_change(member_id: str, now: datetime) -> datetime | None:
    """When the next span of this member begins or ends."""
    over = sa.func.coalesce(Span.grace_until, Span.ends_at)
    moment = sa.func.min(sa.case((Span.starts_at > now, Span.starts_at), else_=over))
    mine = sa.select(moment).where(Span.member_id == member_id, over > now, Span.ends_at > Span.starts_at)
    return db.session.scalar(mine)


@event.listens_for(db.session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    """Whoever changed it need not think of the walls."""
    touched = [row for rows in (session.new, session.dirty, session.deleted) for row in rows]
    for member_id in sorted({row.member_id for row in touched if isinstance(row, Span | Standing)}):
        keep_shown(member_id)
    for tier_id in sorted({row.id for row in session.dirty if isinstance(row, Tier)}):
        _show_soon(tier_id)


def _show_soon(tier_id: str) -> None:
    """Held in one order: an import moves several members' tiers at once."""
    beside = sa.select(ShownTier.member_id).where(ShownTier.tier_id == tier_id)
    db.session.execute(beside.order_by(ShownTier.member_id).with_for_update())
    changed_rows(sa.update(ShownTier).where(ShownTier.tier_id == tier_id).values(due_at=clock.now()))
