"""Deeds, points, coupons, what points buy, and badges."""

from portal.rewards.models.badges import Badge, BadgeAward, BadgeRule
from portal.rewards.models.catalogue import Redemption, Reward
from portal.rewards.models.coupons import Coupon, CouponPool
from portal.rewards.models.deeds import Deed, DeedRule, DeedWeek
from portal.rewards.models.points import EntryKind, PointAccount, PointAct, PointEntry, PointLot

__all__ = [
    "Badge",
    "BadgeAward",
    "BadgeRule",
    "Coupon",
    "CouponPool",
    "Deed",
    "DeedRule",
    "DeedWeek",
    "EntryKind",
    "PointAccount",
    "PointAct",
    "PointEntry",
    "PointLot",
    "Redemption",
    "Reward",
]
