"""What can be recomputed about membership: standings from deeds, codes, and labels from spans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import db
from portal.core.feature import Proof
from portal.membership.models import (
    Charge,
    ChargeState,
    RedeemBatch,
    RedeemCode,
    ShownTier,
    Span,
    Standing,
    State,
    Subscription,
)
from portal.membership.queries.access import tiers_of
from portal.membership.rules import earning
from portal.membership.services.standings import ladder_of_tiers
from portal.rewards.models import Deed

Differences = Iterator[tuple[str, int, int]]
#: members asked about in one statement; SQLite allows a limited number of values
AT_ONCE = 500


def wrong_standings() -> Differences:
    """Members who earned a higher rung than they stand on; or who stand higher than they may without being due."""
    ladder, now = ladder_of_tiers(), clock.now()
    places = {rung.tier_id: place for place, rung in enumerate(ladder)}
    rows = {row.member_id: row for row in db.session.scalars(sa.select(Standing))}
    stitches = _stitches(now)
    for member_id in sorted(rows.keys() | stitches.keys()):
        row = rows.get(member_id)
        earned = places[earning.reached(ladder, stitches.get(member_id, 0)).tier_id]
        held = places.get(row.tier_id, 0) if row else 0
        too_long = row is not None and row.due_at > max(row.valid_until, row.grace_until or row.valid_until)
        if held < earned or (held > earned and too_long):
            yield f"standing of {member_id}", held, earned


def _stitches(now: datetime) -> dict[str, int]:
    """What each member did in the last twelve months. One query."""
    statement = (
        sa.select(Deed.member_id, sa.func.sum(Deed.stitches).label("stitches"))
        .join(Member, Member.id == Deed.member_id)
        .where(
            Deed.at >= now - earning.COUNTED,
            Deed.at < earning.counted_until(now),
            Member.state == MemberState.ACTIVE,
        )
        .group_by(Deed.member_id)
    )
    return {row.member_id: row.stitches for row in db.session.execute(statement)}


def wrong_batches() -> Differences:
    """Batches whose count differs from the codes that were used, or whose size from the codes there are."""
    used = sa.func.count(RedeemCode.redeemed_by)
    statement = (
        sa.select(
            RedeemBatch.id, RedeemBatch.redeemed, RedeemBatch.size, used, sa.func.count(RedeemCode.code_hash)
        )
        .outerjoin(RedeemCode, RedeemCode.batch_id == RedeemBatch.id)
        .group_by(RedeemBatch.id, RedeemBatch.redeemed, RedeemBatch.size)
    )
    for batch_id, redeemed, size, used_codes, codes in db.session.execute(statement):
        if redeemed != used_codes:
            yield f"batch {batch_id}: redeemed", redeemed, used_codes
        if size != codes:
            yield f"batch {batch_id}: size", size, codes


def wrong_periods() -> Differences:
    """Subscriptions that run (or end) until another moment than the last of their spans; in seconds."""
    running = (State.ACTIVE, State.ENDING, State.GRACE)
    last = (
        sa.select(sa.func.max(Span.ends_at))
        .join(Charge, Charge.id == Span.source_id)
        .where(
            Charge.subscription_id == Subscription.id,
            Charge.state == ChargeState.PAID,
            Span.ends_at > Span.starts_at,
        )
        .correlate(Subscription)
        .scalar_subquery()
    )
    statement = sa.select(Subscription.id, Subscription.period_end, last).where(
        Subscription.state.in_(running)
    )
    for subscription_id, period_end, ends_at in db.session.execute(statement):
        if period_end != ends_at:
            kept, true = (int(moment.timestamp()) if moment else 0 for moment in (period_end, ends_at))
            yield f"subscription {subscription_id}: end", kept, true


def wrong_names() -> Differences:
    """Members beside whose name another tier stands than they hold, though nothing is due; 1 is any tier, 0 none."""
    now = clock.now()
    rows = {row.member_id: row for row in db.session.scalars(sa.select(ShownTier))}
    holders = set(db.session.scalars(sa.select(Span.member_id).union(sa.select(Standing.member_id))))
    active = sa.select(Member.id).where(Member.state == MemberState.ACTIVE)
    everybody = sorted((rows.keys() | holders) & set(db.session.scalars(active)))
    for start in range(0, len(everybody), AT_ONCE):
        some = everybody[start : start + AT_ONCE]
        held = tiers_of(some, now)
        for member_id in some:
            row, true = rows.get(member_id), held[member_id][0].id if member_id in held else None
            if row is not None and row.due_at is not None and row.due_at <= now:
                continue
            if (row.tier_id if row else None) != true:
                yield f"tier beside the name of {member_id}", int(bool(row and row.tier_id)), int(bool(true))


PROOFS = (
    Proof("membership: standings", wrong_standings),
    Proof("membership: redeem codes", wrong_batches),
    Proof("membership: periods", wrong_periods),
    Proof("membership: names", wrong_names),
)


def all_differences() -> Differences:
    for proof in PROOFS:
        yield from proof.differences()
