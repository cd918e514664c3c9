"""The blueprint that the pages of products share."""

from __future__ import annotations

from flask import Blueprint

from portal.catalog.rules import MOST_PICTURES
from portal.core.media.uploads import may_carry_photos

bp = Blueprint("catalog_console", __name__, url_prefix="/console/products")
may_carry_photos(bp, set_picture=1, add_pictures=MOST_PICTURES)
