"""Earned tiers: looked at when a deed is done or taken back, and when time may change them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import db
from portal.membership.models import Happened, Standing, Tier, TierKind
from portal.membership.rules import earning
from portal.membership.rules.earning import Change, Held, Rung
from portal.membership.services.holding import hold
from portal.membership.services.road import note
from portal.membership.services.telling import tell
from portal.rewards.models import Deed
from portal.rewards.queries import stitches_between

_LINES = {
    Change.REACHED: Happened.TIER_REACHED,
    Change.KEPT: Happened.TIER_KEPT,
    Change.NOTICE: Happened.TIER_NOTICE,
    Change.GRACE: Happened.TIER_GRACE,
    Change.LEFT: Happened.TIER_LEFT,
}


def look_at(member_id: str, *, shaken: bool = False) -> None:
    """Bring a member's earned tier to the present. ``shaken``: a deed was taken back. Twice is once."""
    hold(member_id)
    ladder, now = ladder_of_tiers(), clock.now()
    if not ladder:
        return
    row = db.session.get(Standing, member_id)
    held = _held(row) if row else Held(ladder[0].tier_id, now, now + earning.HOLDS)
    stitches = stitches_between(member_id, now - earning.COUNTED, earning.counted_until(now))
    if shaken and earning.reached(ladder, stitches).tier_id != held.tier_id:
        held = earning.shaken(held, now)
    # the deed that reached a tier does not keep it as well
    outlived = earning.counted_until(held.valid_until - earning.COUNTED)
    lasting = stitches_between(member_id, outlived, earning.counted_until(now))
    after, changes = earning.looked_at(held, ladder, stitches, now, lasting=min(stitches, lasting))
    if row is None and after.tier_id == ladder[0].tier_id:
        return  # who never left the lowest needs no row
    _keep(member_id, row, after, stitches, lowest=after.tier_id == ladder[0].tier_id)
    # who was looked at late has lived through notice and grace already: only what became of it is told
    for change in changes[-1:] if Change.LEFT in changes else changes:
        _say(member_id, change, after)


def due_standings(limit: int) -> list[str]:
    """Members whose earned tier time may have changed."""
    due = sa.select(Standing.member_id).where(Standing.due_at <= clock.now())
    return list(db.session.scalars(due.order_by(Standing.due_at, Standing.member_id).limit(limit)))


def overlooked(limit: int) -> list[str]:
    """Members who have the stitches of a higher tier than they stand on: staff made the ladder easier. One query."""
    now = clock.now()
    lower, upper = aliased(Tier), aliased(Tier)
    step = sa.and_(upper.kind == TierKind.EARNED, upper.position > lower.position)
    asked = sa.select(sa.func.min(upper.stitches)).where(step).correlate(lower).scalar_subquery()
    rungs = sa.select(lower.id, lower.position, asked.label("asked")).where(lower.kind == TierKind.EARNED)
    steps = rungs.subquery()
    lowest = sa.select(sa.func.min(steps.c.position)).scalar_subquery()
    held = sa.func.coalesce(
        Standing.tier_id, sa.select(steps.c.id).where(steps.c.position == lowest).scalar_subquery()
    )
    climbers = (
        sa.select(Deed.member_id)
        .join(Member, Member.id == Deed.member_id)
        .outerjoin(Standing, Standing.member_id == Deed.member_id)
        .join(steps, steps.c.id == held)
        .where(
            Member.state == MemberState.ACTIVE,
            Deed.at >= now - earning.COUNTED,
            Deed.at < earning.counted_until(now),
        )
        .group_by(Deed.member_id, steps.c.asked)
        .having(sa.func.sum(Deed.stitches) >= steps.c.asked)
    )
    return list(db.session.scalars(climbers.order_by(Deed.member_id).limit(limit)))


def ladder_of_tiers() -> list[Rung]:
    """The earned tiers from the lowest to the highest. One query."""
    rungs = sa.select(Tier.id, Tier.stitches).where(Tier.kind == TierKind.EARNED).order_by(Tier.position)
    return [Rung(row.id, row.stitches) for row in db.session.execute(rungs)]


def _held(row: Standing) -> Held:
    return Held(row.tier_id, row.since, row.valid_until, row.grace_until, row.noticed_at)


def _keep(member_id: str, row: Standing | None, held: Held, stitches: int, *, lowest: bool) -> None:
    if row is None:
        row = Standing(member_id=member_id)
        db.session.add(row)
    row.tier_id, row.since, row.valid_until = held.tier_id, held.since, held.valid_until
    row.grace_until, row.noticed_at, row.stitches = held.grace_until, held.noticed_at, stitches
    row.due_at = earning.next_look(held, clock.now(), lowest=lowest) or far_away()
    db.session.flush()


def far_away() -> datetime:
    """Time alone changes nothing here; a deed does."""
    return clock.now() + earning.HOLDS * 100


def _say(member_id: str, change: Change, held: Held) -> None:
    tier = db.session.get_one(Tier, held.tier_id)
    until = held.grace_until if change is Change.GRACE else held.valid_until
    assert until is not None
    note(member_id, _LINES[change], tier=tier.id, until=until.isoformat())
    if change is not Change.KEPT:
        tell(
            member_id,
            f"tier_{change.value}",
            group=f"tier:{change.value}:{held.since:%Y%m%d}:{tier.id}",
            tier_zh=tier.name_zh,
            tier_en=tier.name_en,
            until=until.isoformat(),
        )
