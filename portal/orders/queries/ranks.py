"""The purchases of each person in their order, for everything that asks "first or again?"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.orders.models import Order, OrderKind, OrderRefund, OrderStatus


def ranked_orders(as_of: datetime | None = None) -> sa.Select[*tuple[Any, ...]]:
    """Every order that counts, with its place in the life of its person, to be summed up further.

    Columns: ``id, customer_id, ordered_at, currency, net, rank``. ``rank`` is 1 for the first purchase of a person by
    (ordered_at, id) and NULL for orders of which nobody knows whose they are: they are never "new". With ``as_of`` only
    what was bought and paid back until then counts, as a refund that came later had not happened yet.
    """
    net: Any = Order.net
    counting: Any = Order.qualified
    if as_of is not None:
        net = Order.gross - _paid_back(as_of)
        paid = sa.and_(Order.kind == OrderKind.SALE, Order.status == OrderStatus.PAID)
        counting = sa.and_(paid, net > 0, Order.ordered_at <= as_of)
    place = sa.func.row_number().over(
        partition_by=Order.customer_id, order_by=(Order.ordered_at.asc(), Order.id.asc())
    )
    return sa.select(
        Order.id,
        Order.customer_id,
        Order.ordered_at,
        Order.currency,
        net.label("net"),
        sa.case((Order.customer_id.is_not(None), place)).label("rank"),
    ).where(counting)


def purchases_of(customer_id: str) -> list[Order]:
    """What counts of one person, oldest first: the first is rank 1."""
    statement = sa.select(Order).where(Order.customer_id == customer_id, Order.qualified)
    return list(db.session.scalars(statement.order_by(Order.ordered_at, Order.id)))


def _paid_back(as_of: datetime) -> sa.ColumnElement[int]:
    amount = sa.func.coalesce(sa.func.sum(OrderRefund.amount), 0)
    return (
        sa.select(sa.cast(amount, sa.BigInteger))
        .where(OrderRefund.order_id == Order.id, OrderRefund.refunded_at <= as_of)
        .correlate(Order)
        .scalar_subquery()
    )
