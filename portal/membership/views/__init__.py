"""Member pages of membership."""

from portal.membership.views import card, days, giving, joining, ladders, mine
from portal.membership.views.blueprint import bp

# importing them is what gives the blueprint its pages
assert card
assert days
assert giving
assert joining
assert ladders
assert mine

__all__ = ["bp"]
