"""Where staff look after rewards: catalogue, coupon pools, badges, what deeds are worth, points by hand."""

from portal.rewards.console import badges, catalogue, hand, pools, worth
from portal.rewards.console.blueprint import bp

# importing them is what gives the blueprint its pages
assert badges
assert catalogue
assert hand
assert pools
assert worth

__all__ = ["bp"]
