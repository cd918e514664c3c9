"""Drops: new things come in the brand's fixed slot; members say that they want to be reminded, and some are let in earlier.

A drop stands in one of the next slots that the brand's settings name, in the brand's zone; every other instant is refused. The
address of the shop is in no page, calendar or message: one route leads there, and only once it is open for whoever asks.
"""

from flask import Flask

from portal.catalog.queries.selling import let_hold_back
from portal.catalog.rules import OWNER
from portal.core.access import Permission
from portal.core.feature import Block, ConsoleGroup, ConsoleItem, Feature, NavItem, SearchSource
from portal.core.i18n import lazy as _l
from portal.core.media.views import let_show
from portal.drops import console, demo, jobs, models, views
from portal.drops.notices import KINDS
from portal.drops.personal import PERSONAL
from portal.drops.queries.items import shows_picture
from portal.drops.queries.life import LIFE
from portal.drops.queries.listing import find_drops
from portal.drops.queries.selling import opens_at
from portal.drops.showing import GLOBALS

assert jobs
assert models, "importing it is what registers its tables"


def _install(_app: Flask) -> None:
    let_hold_back("drops", opens_at)
    let_show(OWNER, shows_picture)


FEATURE = Feature(
    name="drops",
    blueprints=(views.bp, console.bp),
    navigation=(NavItem("drops.index", _l("Drops"), "alarm-clock", order=42),),
    console=(
        ConsoleItem(
            "drops_console.drops",
            _l("Drops"),
            "alarm-clock",
            order=52,
            group=ConsoleGroup.SHOP,
            permission=Permission.MANAGE_PRODUCTS,
            text=_l("What comes next in the house’s slot, and who waits for it"),
        ),
    ),
    search_sources=(SearchSource("drop", _l("Drops"), "drops/found.html", find_drops),),
    blocks=(
        Block("catalog.product.side", "drops/_of_product.html", order=10),
        Block("brand_console.settings.time", "drops/console/_of_slot.html", order=10),
    ),
    template_globals=GLOBALS,
    notification_kinds=KINDS,
    personal=PERSONAL,
    timeline=LIFE,
    install=_install,
    load_demo=demo.load,
)
