"""All contests: what runs and comes, and the names that were found."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.catalog.queries import get_product
from portal.contests.queries import listing, results
from portal.contests.views.blueprint import bp
from portal.core.access import public, viewer
from portal.core.web import page, wants_fragment

TEMPLATE = "contests/index.html"


@bp.get("/contests")
@public
def index() -> Response:
    """``after`` pages through what is decided, ``from`` through what runs and comes; ``product`` names the one that looks for a
    name, ``few`` asks for the piece on its page. Seven queries at most."""
    earlier = request.args.get("after")
    later = None if earlier else request.args.get("from")
    slug = request.args.get("product", "")
    product = get_product(slug, viewer=viewer()) if slug else None
    product_id, few = product.id if product else None, "few" in request.args and wants_fragment()
    decided = listing.decided(product_id=product_id, cursor=earlier) if not later else None
    return page(
        TEMPLATE,
        block="of_product" if few else "decided" if earlier else "running",
        running=listing.running(product_id=product_id, cursor=later) if not earlier else None,
        decided=decided,
        givers=results.givers_of(decided.items, viewer()) if product and decided else {},
        product=product,
        few=few,
    )
