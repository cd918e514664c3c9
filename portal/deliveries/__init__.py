"""Deliveries: what the house sends to members it chose, and the address, which is asked late and forgotten soon."""

from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature
from portal.core.i18n import lazy as _l
from portal.deliveries import console, jobs, models, views
from portal.deliveries.notices import KINDS
from portal.deliveries.personal import PERSONAL
from portal.deliveries.queries import LIFE, waiting_count

assert jobs, "importing them is what registers them"
assert models, "importing it is what registers its tables"

FEATURE = Feature(
    name="deliveries",
    blueprints=(views.bp, console.bp),
    console=(
        ConsoleItem(
            "deliveries_console.deliveries",
            _l("Parcels"),
            "package",
            order=75,
            group=ConsoleGroup.SHOP,
            permission=Permission.SHIP,
            text=_l("What was promised to members, and where it goes"),
            count=waiting_count,
        ),
    ),
    notification_kinds=KINDS,
    personal=PERSONAL,
    timeline=LIFE,
    template_globals={"my_deliveries": views.my_deliveries},
)
