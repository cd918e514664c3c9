"""What members see: their points, their coupons, their patches, and what points are good for."""

from portal.rewards.views import badges, catalogue, coupons, points
from portal.rewards.views.blueprint import bp

# importing them is what gives the blueprint its pages
assert badges
assert catalogue
assert coupons
assert points

__all__ = ["bp"]
