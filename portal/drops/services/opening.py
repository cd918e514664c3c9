"""A drop that opened for everybody shows its products: whoever comes from the shop finds their pages."""

from __future__ import annotations

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.catalog.services import show_product
from portal.core import clock
from portal.core.db import changed_rows, db
from portal.drops.models import Drop, DropItem


def items_to_show(limit: int) -> list[str]:
    """Items whose drop opened and whose product was not looked at since, the earliest first. One without a story waits for it."""
    due = (
        sa.select(DropItem.id)
        .join(Drop, Drop.id == DropItem.drop_id)
        .join(Product, Product.id == DropItem.product_id)
        .where(DropItem.shown_at.is_(None), Drop.starts_at <= clock.now())
        .where(Drop.published_at.is_not(None), Drop.cancelled_at.is_(None))
        .where(sa.or_(Product.shown, sa.func.trim(Product.story_zh + Product.story_en) != ""))
    )
    return list(db.session.scalars(due.order_by(Drop.starts_at, DropItem.id).limit(limit)))


def show_item(item_id: str) -> bool:
    """Let everybody see its product. Once: whatever staff hide afterwards stays hidden. True when this call did it. Audited as the
    house's own act. Nothing of a drop that opened is called off or taken out any more."""
    mine = sa.update(DropItem).where(DropItem.id == item_id, DropItem.shown_at.is_(None))
    if not changed_rows(mine.values(shown_at=clock.now())):
        return False
    item = db.session.get_one(DropItem, item_id, populate_existing=True)
    product = db.session.get_one(Product, item.product_id)
    was_hidden = not product.shown
    show_product(product, by=None)
    return was_hidden
