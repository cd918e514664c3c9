"""Events: the fan festival with its days, places and sessions, and smaller things of the same kind.

From the first hold on a seat to the stamp at the door. Seats are a tree of counted rows (event, pool, ticket type), moved by
conditional updates; a hold is a registration with a time, an offer of the waiting list is a hold too, and every path that
frees a seat goes through one door (``services/freeing``), which hands it to who waits first.
"""

from portal.core.draw import models as draws
from portal.core.feature import Feature
from portal.events import console, demo, jobs, models, receivers, views
from portal.events.notices import KINDS

assert draws, "importing them is what registers their tables"
assert jobs
assert models
assert receivers

FEATURE = Feature(
    name="events",
    blueprints=(views.bp, console.bp),
    notification_kinds=KINDS,
    load_demo=demo.load,
)
