"""What is kept of each order, computed anew from its lines and refunds for ``flask prove``."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import Proof
from portal.orders.models import Customer, CustomerContact, Order, OrderLine, OrderRefund
from portal.orders.rules import counts

Differences = Iterator[tuple[str, int, int]]


def gross() -> Differences:
    """What the lines come to."""
    total = sa.func.coalesce(sa.func.sum(OrderLine.total), 0)
    true = sa.select(total).where(OrderLine.order_id == Order.id).correlate(Order).scalar_subquery()
    yield from _differences(Order.gross, true)


def refunded() -> Differences:
    """What went back."""
    total = sa.func.coalesce(sa.func.sum(OrderRefund.amount), 0)
    true = sa.select(total).where(OrderRefund.order_id == Order.id).correlate(Order).scalar_subquery()
    yield from _differences(Order.refunded, true)


def standing() -> Differences:
    """Net, and whether the order counts."""
    statement = sa.select(
        Order.id, Order.kind, Order.status, Order.gross, Order.refunded, Order.net, Order.qualified
    )
    for row in db.session.execute(statement.execution_options(yield_per=1000)):
        if row.net != row.gross - row.refunded:
            yield f"order {row.id} net", row.net, row.gross - row.refunded
        if row.qualified != counts(row.kind, row.status, row.net):
            yield f"order {row.id} counts", row.qualified, not row.qualified


def people() -> Differences:
    """Orders known by a contact that belongs to another customer, and orders of customers who were merged away."""
    elsewhere = (
        sa.select(Order.id)
        .join(CustomerContact, CustomerContact.id == Order.contact_id)
        .where(CustomerContact.customer_id != Order.customer_id)
    )
    merged = (
        sa.select(Order.id)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Customer.merged_into.is_not(None))
    )
    for order_id in db.session.scalars(sa.union(elsewhere, merged)):
        yield f"order {order_id} of the wrong customer", 1, 0


def _differences(kept: sa.orm.InstrumentedAttribute[int], true: sa.ScalarSelect[int]) -> Differences:
    for order_id, was, counted in db.session.execute(sa.select(Order.id, kept, true).where(kept != true)):
        yield f"order {order_id}", was, int(counted)


PROOFS = (
    Proof("what lines come to", gross),
    Proof("refunds", refunded),
    Proof("net and what counts", standing),
    Proof("whose orders are whose", people),
)
