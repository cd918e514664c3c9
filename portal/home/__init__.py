"""The doors of the house: front page, search over all rooms, the studio's front, health, demo and proof.

Home stands on top and may ask every feature; nothing knows home.
"""

from portal.core.feature import Feature, NavItem
from portal.core.i18n import lazy as _l
from portal.home import console
from portal.home.cli import demo, prove
from portal.home.health import bp as health_bp
from portal.home.views import bp

assert console

FEATURE = Feature(
    name="home",
    blueprints=(bp, health_bp),
    # on the phone only: five places with the stitched one in the middle; a wide screen has search in its bar
    navigation=(NavItem("home.search", _l("Search"), "search", order=20, tab=True, top=False),),
    commands=(demo, prove),
)
