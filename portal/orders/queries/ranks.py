"""The purchases of each person in their order, for everything that asks "first or again?"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.orders.models import Customer, Order, OrderKind, OrderRefund, OrderStatus


def ranked_orders(as_of: datetime | None = None) -> sa.Select[*tuple[Any, ...]]:
    """Every order that counts, with its place in the life of its person, to be summed up further.

    Columns: ``id, person_id, ordered_at, currency, net, rank``. ``person_id`` is the customer, and for the kin of a
    member that member's. ``rank`` is 1 for the first purchase of a person by (ordered_at, id) and NULL for orders of
    which nobody knows whose they are: they are never "new". With ``as_of`` only what was bought and paid back until then
    counts, as a refund that came later had not happened yet.
    """
    net: Any = Order.net
    counting: Any = Order.qualified
    if as_of is not None:
        net = Order.gross - _paid_back(as_of)
        paid = sa.and_(Order.kind == OrderKind.SALE, Order.status == OrderStatus.PAID)
        counting = sa.and_(paid, net > 0, Order.ordered_at <= as_of)
    person = sa.func.coalesce(Customer.kin_id, Customer.id)
    place = sa.func.row_number().over(partition_by=person, order_by=(Order.ordered_at.asc(), Order.id.asc()))
    columns = sa.select(
        Order.id,
        person.label("person_id"),
        Order.ordered_at,
        Order.currency,
        net.label("net"),
        sa.case((Order.customer_id.is_not(None), place)).label("rank"),
    )
    return columns.outerjoin(Customer, Customer.id == Order.customer_id).where(counting)


def purchases_of(person_id: str) -> list[Order]:
    """What counts of one person, oldest first: the first is rank 1."""
    statement = sa.select(Order).join(Customer, Customer.id == Order.customer_id)
    person = sa.or_(Customer.id == person_id, Customer.kin_id == person_id)
    theirs = statement.where(person, Order.qualified)
    return list(db.session.scalars(theirs.order_by(Order.ordered_at, Order.id)))


def _paid_back(as_of: datetime) -> sa.ColumnElement[int]:
    amount = sa.func.coalesce(sa.func.sum(OrderRefund.amount), 0)
    return (
        sa.select(sa.cast(amount, sa.BigInteger))
        .where(OrderRefund.order_id == Order.id, OrderRefund.refunded_at <= as_of)
        .correlate(Order)
        .scalar_subquery()
    )
