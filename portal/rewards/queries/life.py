"""What staff read about rewards in a member's life."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import TimelineEntry
from portal.core.i18n import _, ngettext
from portal.rewards.models import Badge, BadgeAward, Coupon, CouponPool, PointAct


def timeline(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    """Badges, coupons and points by hand, the latest first. Three queries."""
    found = [
        *_badges(member_id, before, limit),
        *_coupons(member_id, before, limit),
        *_acts(member_id, before, limit),
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def _badges(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    statement = (
        sa.select(BadgeAward, Badge)
        .join(Badge, Badge.id == BadgeAward.badge_id)
        .where(BadgeAward.member_id == member_id)
    )
    if before is not None:
        statement = statement.where(BadgeAward.awarded_at < before)
    rows = db.session.execute(statement.order_by(BadgeAward.awarded_at.desc()).limit(limit))
    return [
        TimelineEntry(award.awarded_at, "award", _("Badge: %(name)s", name=badge.name))
        for award, badge in rows
    ]


def _coupons(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    statement = (
        sa.select(Coupon.given_at, CouponPool)
        .join(CouponPool, CouponPool.id == Coupon.pool_id)
        .where(Coupon.member_id == member_id)
    )
    if before is not None:
        statement = statement.where(Coupon.given_at < before)
    rows = db.session.execute(statement.order_by(Coupon.given_at.desc()).limit(limit))
    return [
        TimelineEntry(at, "ticket-percent", _("Coupon: %(name)s", name=pool.name))
        for at, pool in rows
        if at is not None
    ]


def _acts(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    statement = sa.select(PointAct).where(PointAct.member_id == member_id)
    if before is not None:
        statement = statement.where(PointAct.at < before)
    rows = db.session.scalars(statement.order_by(PointAct.at.desc()).limit(limit))
    return [TimelineEntry(act.at, "spool", _points(act)) for act in rows]


def _points(act: PointAct) -> str:
    return ngettext(
        "%(sign)s%(num)s point by hand: %(reason)s",
        "%(sign)s%(num)s points by hand: %(reason)s",
        abs(act.amount),
        sign="+" if act.amount > 0 else "−",
        reason=act.reason,
    )
