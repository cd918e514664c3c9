"""The catalogue: what the brand makes, on shelves in two levels, each piece with its story, pictures, colours, versions, and
those to whom it owes its name or a change.

Stories and everything above name products by id. What they have to say on a product's page they hang there themselves
(``Feature.blocks``: a lazy block with a plain link), because the catalogue knows nothing above it; they also write the
credits (``services.credit``) and may keep the way to the shop closed for a while (``queries.selling``).
"""

from flask import Flask

from portal.catalog import demo, receivers
from portal.catalog.console import bp as console_bp
from portal.catalog.console import shelves_bp
from portal.catalog.personal import LIFE, PERSONAL
from portal.catalog.rules import OWNER, may_see_pictures
from portal.catalog.showing import FILTERS, GLOBALS
from portal.catalog.views import bp
from portal.core.access import Permission
from portal.core.feature import Block, ConsoleGroup, ConsoleItem, Feature, NavItem
from portal.core.i18n import lazy as _l
from portal.core.media.views import let_see

assert receivers


def _install(_app: Flask) -> None:
    let_see(OWNER, may_see_pictures)


FEATURE = Feature(
    name="catalog",
    blueprints=(bp, console_bp, shelves_bp),
    navigation=(NavItem("catalog.products", _l("Products"), "shopping-bag", order=40, tab=True),),
    console=(
        ConsoleItem(
            "catalog_console.products",
            _l("Products"),
            "shopping-bag",
            order=50,
            group=ConsoleGroup.SHOP,
            permission=Permission.MANAGE_PRODUCTS,
            text=_l("Shelves, stories and pictures of what we make."),
        ),
    ),
    blocks=(Block("accounts.member", "catalog/_of_member.html", order=10),),
    template_globals=GLOBALS,
    template_filters=FILTERS,
    personal=PERSONAL,
    timeline=LIFE,
    install=_install,
    load_demo=demo.load,
)
