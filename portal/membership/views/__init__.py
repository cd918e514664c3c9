"""Member pages of membership."""

from portal.membership.views import card, giving, joining, ladders, mine
from portal.membership.views.blueprint import bp

# importing them is what gives the blueprint its pages
assert card
assert giving
assert joining
assert ladders
assert mine

__all__ = ["bp"]
