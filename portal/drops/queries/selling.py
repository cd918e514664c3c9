"""How long the way to the shop stays closed on a product's own page, too."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.catalog.rules import shop_page
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.drops.models import Drop, DropItem
from portal.drops.queries.listing import early_hours_of
from portal.drops.rules import opens_for


def opens_at(product_id: str, viewer: Viewer | None) -> datetime | None:
    """From when on this viewer may buy a product that a drop holds; None where none keeps it back. Two queries at most.

    A drop keeps it back that is to be bought on the product's own page of the shop, however its address is written. What came in
    a drop before stays on sale.
    """
    statement = (
        sa.select(Drop.starts_at, DropItem.shop_url, Product.shop_url.label("own"))
        .join(DropItem, DropItem.drop_id == Drop.id)
        .join(Product, Product.id == DropItem.product_id)
        .where(DropItem.product_id == product_id)
        .where(Drop.published_at.is_not(None), Drop.cancelled_at.is_(None))
        .order_by(Drop.starts_at)
    )
    rows = db.session.execute(statement)
    first = next((at for at, url, own in rows if not url or shop_page(url) == shop_page(own)), None)
    if first is None or first <= clock.now():
        return None
    opens = opens_for(first, early_hours_of(viewer))
    return opens if opens > clock.now() else None
