"""The doors of the house: front page, search over all rooms, the studio's front, health, demo and proof.

Home stands on top and may ask every feature; nothing knows home.
"""

from portal.core.feature import Feature
from portal.home import console
from portal.home.cli import demo, prove
from portal.home.health import bp as health_bp
from portal.home.views import bp

assert console

FEATURE = Feature(name="home", blueprints=(bp, health_bp), commands=(demo, prove))
