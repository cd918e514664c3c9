"""Staff read to whom a product owes something. Credits are written where it happened, never here."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.catalog import queries
from portal.catalog.console.blueprint import bp
from portal.core.access import Permission, staff
from portal.core.web import page


@bp.get("/<product_id>/credits")
@staff(Permission.MANAGE_PRODUCTS)
def credits(product_id: str) -> Response:
    """All of them, the newest first."""
    product, after = queries.get_product_by_id(product_id), request.args.get("after")
    return page(
        "catalog/console/credits.html",
        block="credit_page" if after else None,
        product=product,
        here="credits",
        credits=queries.credits_of(product.id, None, cursor=after),
    )
