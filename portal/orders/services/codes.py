"""Which product a shop means by a code."""

from __future__ import annotations

import sqlalchemy as sa

from portal.catalog.queries import get_product_by_id
from portal.core import audit
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.orders.models import Customer, Order, OrderLine, ProductCode
from portal.orders.services.telling import tell_ownership
from portal.orders.signals import ownership_changed, ownership_settled


def name_code(sku: str, product_id: str | None, *, by: Viewer | None) -> bool:
    """This code is that product (None: no product of ours). False when it was so already. Audited.

    Whoever bought it owns it from now on. Raises NotFound for an unknown product.
    """
    if product_id:
        get_product_by_id(product_id)
    if not _set(sku, product_id):
        return False
    audit.record(
        "orders.code_named",
        by=by,
        target_kind="product_code",
        target_id=new_id(),
        sku=sku,
        product=product_id,
    )
    tell_ownership(_buyers(sku), ownership_changed, ownership_settled)
    return True


def _set(sku: str, product_id: str | None) -> bool:
    named = ProductCode.sku == sku
    if product_id is None:
        return bool(changed_rows(sa.delete(ProductCode).where(named)))
    if insert_once(ProductCode, sku=sku, product_id=product_id):
        return True
    other = sa.update(ProductCode).where(named, ProductCode.product_id != product_id)
    return bool(changed_rows(other.values(product_id=product_id)))


def _buyers(sku: str) -> list[str]:
    """Members with a purchase that holds this code."""
    statement = (
        sa.select(Customer.member_id)
        .join(Order, Order.customer_id == Customer.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.sku == sku, Order.qualified, Customer.member_id.is_not(None))
        .distinct()
    )
    return [member_id for member_id in db.session.scalars(statement) if member_id]
