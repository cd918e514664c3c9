"""Verbs on deeds, points, coupons, rewards and badges. They flush, never commit."""

from portal.rewards.services.account import hold_everyone
from portal.rewards.services.badges import (
    award_badge,
    change_badge,
    check_badges,
    create_badge,
    give_by_rule,
    take_back_badge,
)
from portal.rewards.services.catalogue import change_reward, create_reward, hide_reward, show_reward
from portal.rewards.services.coupons import (
    add_codes,
    change_pool,
    close_pool,
    create_pool,
    hand_out_coupon,
    open_pool,
)
from portal.rewards.services.deeds import record_deed, set_worth, take_back_deed
from portal.rewards.services.hand import move_by_hand
from portal.rewards.services.points import earn_points, settle, spend_points, take_back_points
from portal.rewards.services.redeeming import redeem

__all__ = [
    "add_codes",
    "award_badge",
    "change_badge",
    "change_pool",
    "change_reward",
    "check_badges",
    "close_pool",
    "create_badge",
    "create_pool",
    "create_reward",
    "earn_points",
    "give_by_rule",
    "hand_out_coupon",
    "hide_reward",
    "hold_everyone",
    "move_by_hand",
    "open_pool",
    "record_deed",
    "redeem",
    "set_worth",
    "settle",
    "show_reward",
    "spend_points",
    "take_back_badge",
    "take_back_deed",
    "take_back_points",
]
