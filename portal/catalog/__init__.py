"""The catalogue: what the brand makes, on shelves in two levels, each piece with a story and a picture.

Stories and everything above name products by id; the page of a product lets the wall's stories come by themselves
(a lazy block with a plain link), because the catalogue knows nothing above it.
"""

from portal.catalog import demo, receivers
from portal.catalog.console.products import bp as console_bp
from portal.catalog.console.shelves import bp as shelves_bp
from portal.catalog.views import bp
from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature, NavItem
from portal.core.i18n import lazy as _l

assert receivers

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
    load_demo=demo.load,
)
