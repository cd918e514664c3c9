"""Reads of what belongs to a product: its colours and its versions."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from portal.catalog.models import Product, ProductColor, ProductVersion
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import PAGE_SIZE, Page, keyset_page


def colors_of(product_ids: Iterable[str]) -> dict[str, list[ProductColor]]:
    """The colours of these products, each in the order of its page; every id asked for is a key. One query."""
    by_product: dict[str, list[ProductColor]] = {product_id: [] for product_id in product_ids}
    if by_product:
        statement = sa.select(ProductColor).where(ProductColor.product_id.in_(by_product))
        for color in db.session.scalars(statement.order_by(ProductColor.position, ProductColor.id)):
            by_product[color.product_id].append(color)
    return by_product


def get_color(product: Product, color_id: str) -> ProductColor:
    """This colour of this product. NotFound."""
    found = db.session.get(ProductColor, color_id)
    if found is None or found.product_id != product.id:
        raise NotFound(_("This colour is not here any more."))
    return found


def versions_of(
    product_id: str, *, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[ProductVersion]:
    """Its versions, the newest first. One query."""
    statement = sa.select(ProductVersion).where(ProductVersion.product_id == product_id)
    return keyset_page(statement, (ProductVersion.released_on, ProductVersion.id), cursor=cursor, limit=limit)


def get_version(product: Product, version_id: str) -> ProductVersion:
    """This version of this product. NotFound."""
    found = db.session.get(ProductVersion, version_id)
    if found is None or found.product_id != product.id:
        raise NotFound(_("This version is not here any more."))
    return found
