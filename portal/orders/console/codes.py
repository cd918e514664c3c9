"""Which of our products the shop means by its codes."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.catalog.queries import products_for_choice
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.orders import queries, services
from portal.orders.console.blueprint import bp
from portal.orders.forms import CodeForm

TEMPLATE = "orders/console/codes.html"


@bp.get("/codes")
@staff(Permission.MANAGE_ORDERS)
def codes() -> Response:
    """Every code that was sold; those without a product on request."""
    return page(TEMPLATE, block="codes", **_context())


@bp.post("/codes")
@staff(Permission.MANAGE_ORDERS)
@TAPPING
def name_code() -> Response:
    """One code is one product; who bought it owns it from now on."""
    sku = request.form.get("sku", "")
    if not sku or "\0" in sku or not queries.is_sold(sku):
        raise NotFound(_("No order holds this code."))
    form = CodeForm().offer(products_for_choice())
    if not form.validate_on_submit():
        return page(TEMPLATE, block="codes", status=422, **_context())
    with transaction():
        services.name_code(sku, form.product.data or None, by=the_viewer())
    return done(
        url_for(".codes", show=request.args.get("show") or None),
        _("Saved."),
        fragment=lambda: page(TEMPLATE, block="codes", **_context()),
    )


def _context() -> dict[str, Any]:
    unnamed = request.args.get("show") == "unnamed"
    cursor = request.args.get("after") if request.method == "GET" else None
    found = queries.codes(unnamed=unnamed, cursor=cursor)
    return {
        "codes": found.items,
        "next_cursor": found.next_cursor,
        "unnamed": unnamed,
        "products": products_for_choice(),
    }
