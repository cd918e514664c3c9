"""Drops that the demo does not show: a draft, one that was cancelled, and one that is closed to everybody still."""

from __future__ import annotations

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.drops.models import Drop, DropItem
from tests.factories import drops


def drops_in_all_states() -> dict[str, str]:
    """Far ahead, so that nobody's early access opens them; addresses of the drops and the id of an item."""
    product = db.session.scalars(sa.select(Product).order_by(Product.slug)).first()
    held = sa.select(Product.slug).join(DropItem, DropItem.product_id == Product.id)
    comes = held.join(Drop, Drop.id == DropItem.drop_id).where(Drop.starts_at > clock.now())
    draft = drops.drop(slug="not-yet", name_zh="春分系列", name_en="Equinox", published=False, slot=12)
    off = drops.drop(
        slug="called-off",
        name_zh="立夏系列",
        name_en="First of summer",
        slot=14,
        cancelled_at=clock.now(),
        cancel_words="染料没有达到我们要的样子。",
    )
    closed = drops.drop(slug="far-ahead", name_zh="小满系列", name_en="Grain buds", slot=16)
    drops.drop_item(draft, product)
    item = drops.drop_item(closed, product, shop_url="https://shop.example/grain")
    drops.drop_item(closed, price=46800, member_price=None)
    for _number in range(2):
        drops.drop_reminder(closed)
    return {
        "drop_product": db.session.scalars(comes.order_by(Product.slug)).first() or "",
        "drop_draft": draft.slug,
        "drop_off": off.slug,
        "drop_closed": closed.slug,
        "drop_closed_item": item.id,
    }
