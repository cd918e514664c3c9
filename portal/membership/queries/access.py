"""What a member has, at a moment: tiers of both ladders, and the one question that other features ask: their perks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.core import clock
from portal.core.db import UTCDateTime, db
from portal.membership.models import Charge, Perk, Span, Standing, Tier, TierKind, TierPerk


@dataclass(frozen=True, slots=True)
class Perks:
    """The best of everything somebody holds; 0 where they have nothing of a kind."""

    values: dict[Perk, int] = field(default_factory=dict)

    def __getitem__(self, perk: Perk) -> int:
        return self.values.get(perk, 0)


def perks_of(member_id: str, at: datetime | None = None) -> Perks:
    """What this member may have at a moment (now): the best of their earned tier, what they paid for and were given.

    The past is told by spans; of the earned tier the present one stands for every moment. One query.
    """
    held = tiers_held([member_id], at)
    statement = (
        sa.select(TierPerk.kind, sa.func.max(TierPerk.value).label("value"))
        .where(TierPerk.tier_id.in_(held))
        .group_by(TierPerk.kind)
    )
    return Perks({row.kind: row.value for row in db.session.execute(statement)})


def tiers_and_perks(member_id: str) -> tuple[frozenset[str], Perks]:
    """The tiers that this member holds now, and :func:`perks_of`. One query for both."""
    tiers: set[str] = set()
    best: dict[Perk, int] = {}
    for tier_id, kind, value in db.session.execute(_held_with_perks(), {"who": member_id, "at": clock.now()}):
        tiers.add(tier_id)
        if kind is not None and value is not None:
            best[kind] = max(best.get(kind, 0), value)
    return frozenset(tiers), Perks(best)


@cache
def _held_with_perks() -> sa.Select[str, Perk | None, int | None]:
    """Written out once: everybody who looks at a ticket is asked about."""
    who, at = sa.bindparam("who", type_=sa.String), sa.bindparam("at", type_=UTCDateTime)
    held = _held(lambda column: column == who, at).subquery()
    return sa.select(held.c[0].label("tier_id"), TierPerk.kind, TierPerk.value).outerjoin(
        TierPerk, TierPerk.tier_id == held.c[0]
    )


def tiers_held(member_ids: Iterable[str], at: datetime | None = None) -> sa.Select[tuple[str]]:
    """Ids of the tiers that these members hold at a moment; who never earned one stands on the lowest."""
    ids = list(member_ids)
    return _held(lambda column: column.in_(ids), at or clock.now())


def tiers_of_one(member: sa.ColumnElement[str], at: sa.ColumnElement[datetime]) -> sa.Select[tuple[str]]:
    """The same of one member as a statement, for questions that ask for more at once; a tier may come twice."""
    return _held(lambda column: column == member, at)


def _held(whose: Callable[[Any], sa.ColumnElement[bool]], moment: Any) -> sa.Select[tuple[str]]:
    lowest = (
        sa.select(Tier.id).where(Tier.kind == TierKind.EARNED).order_by(Tier.position).limit(1)
    ).subquery()
    paid = sa.select(Span.tier_id).where(whose(Span.member_id), in_force(moment))
    earned = sa.select(Standing.tier_id).where(whose(Standing.member_id))
    everything = sa.union_all(paid, earned, sa.select(lowest.c.id)).subquery()
    return sa.select(everything.c[0])


def holds(
    perk: Perk, member_id: InstrumentedAttribute[str], at: datetime, *, least: int = 0
) -> sa.ColumnElement[bool]:
    """The same question about the member of each row of a statement: do they have this perk at a moment, and ``least`` of it?"""
    enough = sa.and_(TierPerk.kind == perk, TierPerk.value >= least)
    giving = sa.select(TierPerk.tier_id).where(enough)
    lowest = sa.select(Tier.id).where(Tier.kind == TierKind.EARNED).order_by(Tier.position).limit(1)
    everybodys = sa.exists().where(enough, TierPerk.tier_id == lowest.scalar_subquery())
    paid = sa.exists().where(Span.member_id == member_id, in_force(at), Span.tier_id.in_(giving))
    earned = sa.exists().where(Standing.member_id == member_id, Standing.tier_id.in_(giving))
    return sa.or_(everybodys, paid, earned)


def in_force(moment: Any) -> sa.ColumnElement[bool]:
    """Whether a span gives its tier at this moment, its grace included. One that was taken back at once never does."""
    return sa.and_(
        Span.starts_at <= moment,
        sa.func.coalesce(Span.grace_until, Span.ends_at) > moment,
        Span.ends_at > Span.starts_at,
    )


def tiers_of(member_ids: Iterable[str], at: datetime | None = None) -> dict[str, list[Tier]]:
    """The tiers of these members that say something beside a name: the paid one first, then an earned one above the
    lowest. Two queries for any number of members; who has neither is left out."""
    ids, moment = sorted(set(member_ids)), at or clock.now()
    if not ids:
        return {}
    paid = sa.select(Span.member_id, Span.tier_id).where(Span.member_id.in_(ids), in_force(moment))
    earned = sa.select(Standing.member_id, Standing.tier_id).where(Standing.member_id.in_(ids))
    held = sa.union(paid, earned).subquery()
    rows = db.session.execute(
        sa.select(held.c.member_id, Tier)
        .join(Tier, Tier.id == held.c.tier_id)
        .order_by(held.c.member_id, Tier.kind.desc(), Tier.position.desc())
    )
    found: dict[str, list[Tier]] = {}
    for member_id, tier in rows:
        mine = found.setdefault(member_id, [])
        if all(other.kind is not tier.kind for other in mine) and (
            tier.kind is TierKind.PAID or tier.position > 0
        ):
            mine.append(tier)
    return {member_id: tiers for member_id, tiers in found.items() if tiers}


def time_with(member_id: str, tier_id: str, now: datetime, *, besides: str | None = None) -> list[Span]:
    """What this member still has of a paid tier or a higher one, now and later; but for what one subscription gives."""
    place = sa.select(Tier.position).where(Tier.id == tier_id).scalar_subquery()
    statement = (
        sa.select(Span)
        .join(Tier, Tier.id == Span.tier_id)
        .where(
            Span.member_id == member_id,
            Span.ends_at > now,
            Span.ends_at > Span.starts_at,
            Tier.kind == TierKind.PAID,
            Tier.position >= place,
        )
        .order_by(Span.ends_at)
    )
    if besides is not None:
        own = sa.select(Charge.id).where(Charge.subscription_id == besides)
        statement = statement.where(sa.or_(Span.source_id.is_(None), Span.source_id.not_in(own)))
    return list(db.session.scalars(statement))
