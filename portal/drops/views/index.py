"""The calendar of drops: what opens next, and what came."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.catalog.queries import get_product
from portal.core.access import public, viewer
from portal.core.web import page
from portal.drops.queries import listing
from portal.drops.rules import Stage
from portal.drops.views.blueprint import bp

TEMPLATE = "drops/index.html"


@bp.get("/drops")
@public
def index() -> Response:
    """``after`` pages through what came, ``from`` through what comes; ``product`` names the one that it holds. Six queries."""
    me, slug, earlier = viewer(), request.args.get("product", ""), request.args.get("after")
    later = None if earlier else request.args.get("from")
    product = get_product(slug, viewer=me) if slug else None
    product_id = product.id if product else None
    ahead = listing.coming(me, product_id=product_id, cursor=later) if not earlier else None
    behind = listing.past(me, product_id=product_id, cursor=earlier) if not later else None
    comes = ahead.items if ahead else []
    great = next((one for one in comes if one.stage in (Stage.COMING, Stage.OPEN)), None)
    if later or product:
        great = None
    return page(
        TEMPLATE,
        block="behind" if earlier else "ahead",
        ahead=ahead,
        great=great,
        rest=[one for one in comes if one is not great],
        behind=behind,
        product=product,
    )
