"""The doors of the house: front page, search over all rooms, the studio's front, health, demo and proof.

Home stands on top and may ask every feature; nothing knows home.
"""

from portal.core.access import Permission
from portal.core.feature import ConsoleItem, Feature
from portal.core.i18n import lazy as _l
from portal.home import console, sources
from portal.home.cli import demo, prove
from portal.home.health import bp as health_bp
from portal.home.views import bp

assert console
assert sources

FEATURE = Feature(
    name="home",
    blueprints=(bp, health_bp),
    console=(
        ConsoleItem(
            "home.sources",
            _l("Where from"),
            "qr-code",
            order=70,
            permission=Permission.VIEW_INSIGHTS,
            text=_l("Codes for shop, parcel and adverts, and whom each brought"),
        ),
    ),
    commands=(demo, prove),
)
