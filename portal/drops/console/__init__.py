"""Where staff make drops."""

from portal.drops.console import drops, items, standing
from portal.drops.console.blueprint import bp

# importing them is what gives the blueprint its pages
assert drops
assert items
assert standing

__all__ = ["bp"]
