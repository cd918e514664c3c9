"""The brand: name, voice, colour, hours and rules of the house, set by its owner, spoken on every page."""

from werkzeug.local import LocalProxy

from portal.brand import console, demo, jobs, queries, receivers, showing
from portal.brand.personal import PERSONAL
from portal.brand.views import bp
from portal.core.access import Permission
from portal.core.feature import ConsoleItem, Feature
from portal.core.i18n import lazy as _l

# importing these two is what registers them
assert jobs
assert receivers

FEATURE = Feature(
    name="brand",
    blueprints=(bp, console.bp),
    console=(
        ConsoleItem(
            "brand_console.settings",
            _l("Settings"),
            "settings",
            order=90,
            permission=Permission.MANAGE_SETTINGS,
            text=_l("Name, colour, hours, promises and the texts of the house"),
        ),
    ),
    personal=PERSONAL,
    template_globals={
        "brand": LocalProxy(queries.current),
        "legal_names": showing.LEGAL_NAMES,
        "filing_address": showing.filing_address,
        "logo_address": showing.logo_address,
    },
    template_filters={
        "when": showing.when,
        "exactly": showing.exactly,
        "clock": showing.clock_time,
        "count": showing.count,
        "day": showing.day,
    },
    load_demo=demo.load,
)
