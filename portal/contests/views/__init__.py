"""What members see of contests."""

from portal.contests.views import contest, index, proof, result, voting
from portal.contests.views.blueprint import bp

__all__ = ["bp"]

# importing them is what registers their routes
assert contest
assert index
assert proof
assert result
assert voting
