"""What members and visitors see of drops."""

from portal.drops.views import calendars, drop, index, reminding
from portal.drops.views.blueprint import bp

__all__ = ["bp"]

# importing them is what registers their routes
assert calendars
assert drop
assert index
assert reminding
