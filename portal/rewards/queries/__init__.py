"""Reads of deeds, points, coupons, rewards and badges."""

from portal.rewards.queries.badges import (
    BadgeShown,
    all_badges,
    badges_due,
    badges_of,
    badges_to_choose,
    badges_to_find,
    get_award,
    get_badge,
    holders_of,
)
from portal.rewards.queries.catalogue import (
    Offer,
    all_rewards,
    get_offer,
    get_redemption,
    get_reward,
    redemptions_of,
    shown_offers,
)
from portal.rewards.queries.coupons import coupons_of, get_coupon, get_pool, pools, pools_for_choice
from portal.rewards.queries.deeds import all_worth, deeds_between, deeds_of, stitches_between, worth_of
from portal.rewards.queries.people import find_member
from portal.rewards.queries.points import (
    Standing,
    accounts_due,
    acts,
    expiring,
    ledger,
    standing_of,
    waiting,
)

__all__ = [
    "BadgeShown",
    "Offer",
    "Standing",
    "accounts_due",
    "acts",
    "all_badges",
    "all_rewards",
    "all_worth",
    "badges_due",
    "badges_of",
    "badges_to_choose",
    "badges_to_find",
    "coupons_of",
    "deeds_between",
    "deeds_of",
    "expiring",
    "find_member",
    "get_award",
    "get_badge",
    "get_coupon",
    "get_offer",
    "get_pool",
    "get_redemption",
    "get_reward",
    "holders_of",
    "ledger",
    "pools",
    "pools_for_choice",
    "redemptions_of",
    "shown_offers",
    "standing_of",
    "stitches_between",
    "waiting",
    "worth_of",
]
