"""What a member bought, and so owns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.orders.models import ClaimState, Customer, Order, OrderClaim, OrderLine, ProductCode


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with the product of ours that its code stands for, if any."""

    line_no: str
    sku: str
    title: str
    category: str
    qty: int
    unit_price: int
    discount: int
    total: int
    product: Product | None


def owns(member_id: str, product_ids: Iterable[str]) -> set[str]:
    """Which of these products the member bought and kept. One query, none for no products."""
    wanted = set(product_ids)
    if not wanted:
        return set()
    statement = (
        sa.select(ProductCode.product_id)
        .join(OrderLine, OrderLine.sku == ProductCode.sku)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Customer.member_id == member_id, Order.qualified, OrderLine.qty > 0)
        .where(ProductCode.product_id.in_(wanted))
        .distinct()
    )
    return set(db.session.scalars(statement))


def owned(member_ids: Iterable[str]) -> set[tuple[str, str]]:
    """Everything that these members own, as (member id, product id). One query."""
    statement = (
        sa.select(Customer.member_id, ProductCode.product_id)
        .join(Order, Order.customer_id == Customer.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(ProductCode, ProductCode.sku == OrderLine.sku)
        .where(Customer.member_id.in_(list(member_ids)), Order.qualified, OrderLine.qty > 0)
        .distinct()
    )
    return {(row.member_id, row.product_id) for row in db.session.execute(statement) if row.member_id}


def orders_of(member_id: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Order]:
    """The member's orders, newest first. One query."""
    statement = (
        sa.select(Order)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Customer.member_id == member_id)
    )
    return keyset_page(statement, (Order.ordered_at, Order.id), cursor=cursor, limit=limit)


def lines_of(order_ids: Sequence[str]) -> dict[str, list[LineRow]]:
    """The lines of these orders in the order of their numbers. One query, none for no orders."""
    if not order_ids:
        return {}
    statement = (
        sa.select(OrderLine, Product)
        .outerjoin(ProductCode, ProductCode.sku == OrderLine.sku)
        .outerjoin(Product, Product.id == ProductCode.product_id)
        .where(OrderLine.order_id.in_(order_ids))
        .order_by(OrderLine.order_id, sa.func.length(OrderLine.line_no), OrderLine.line_no)
    )
    found: dict[str, list[LineRow]] = {order_id: [] for order_id in order_ids}
    for line, product in db.session.execute(statement):
        found[line.order_id].append(
            LineRow(
                line.line_no,
                line.sku,
                line.product,
                line.category,
                line.qty,
                line.unit_price,
                line.discount,
                line.total,
                product,
            )
        )
    return found


def disputes_of(member_id: str) -> list[OrderClaim]:
    """What this member waits for staff to decide; a few at most."""
    statement = (
        sa.select(OrderClaim)
        .where(OrderClaim.member_id == member_id, OrderClaim.state == ClaimState.DISPUTED)
        .order_by(OrderClaim.at.desc(), OrderClaim.id.desc())
        .limit(20)
    )
    return list(db.session.scalars(statement))
