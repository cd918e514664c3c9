"""Where staff make naming contests, look at names, and confirm the result."""

from portal.contests.console import entries, making, result
from portal.contests.console.blueprint import bp

# importing them is what gives the blueprint its pages
assert entries
assert making
assert result

__all__ = ["bp"]
