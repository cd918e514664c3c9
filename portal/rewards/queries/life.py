"""What staff read about rewards in a member's life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _, ngettext
from portal.core.timeline import moments
from portal.core.words import spoken
from portal.rewards.models import Badge, BadgeAward, Coupon, CouponPool, PointAct


def _badges(member_id: str) -> sa.Select[Any]:
    told = moments(BadgeAward.awarded_at, zh=Badge.name_zh, en=Badge.name_en)
    return told.join(Badge, Badge.id == BadgeAward.badge_id).where(BadgeAward.member_id == member_id)


def _badge(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    return TimelineEntry(at, "award", _("Badge: %(name)s", name=spoken(facts["zh"], facts["en"])))


def _coupons(member_id: str) -> sa.Select[Any]:
    told = moments(Coupon.given_at, zh=CouponPool.name_zh, en=CouponPool.name_en)
    return told.join(CouponPool, CouponPool.id == Coupon.pool_id).where(Coupon.member_id == member_id)


def _coupon(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    return TimelineEntry(at, "ticket-percent", _("Coupon: %(name)s", name=spoken(facts["zh"], facts["en"])))


def _acts(member_id: str) -> sa.Select[Any]:
    told = moments(PointAct.at, amount=PointAct.amount, reason=PointAct.reason)
    return told.where(PointAct.member_id == member_id)


def _points(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    said = ngettext(
        "%(sign)s%(num)s point by hand: %(reason)s",
        "%(sign)s%(num)s points by hand: %(reason)s",
        abs(facts["amount"]),
        sign="+" if facts["amount"] > 0 else "−",
        reason=facts["reason"],
    )
    return TimelineEntry(at, "spool", said)


#: badges, coupons and points by hand
LIFE = (Teller(_badges, _badge), Teller(_coupons, _coupon), Teller(_acts, _points))
