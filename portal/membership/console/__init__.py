"""Where staff look after membership: tiers, plans, what is given by hand, codes, members, cards."""

from portal.membership.console import cards, codes, grants, members, rituals, tiers
from portal.membership.console.blueprint import bp

# importing them is what gives the blueprint its pages
assert cards
assert codes
assert grants
assert members
assert rituals
assert tiers

__all__ = ["bp"]
