"""What is kept here about a member: shown to them on request; when they go, the facts stay without the person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.orders.models import Customer, CustomerContact, Order, OrderClaim, OrderLine, OrderRefund
from portal.orders.services import forget_person

TABLES = frozenset(
    {
        "customer",
        "customer_contact",
        "customer_merge",
        "order_claim",
        "order_import",
        "order_import_row",
        "sales_order",
    }
)


def export(member_id: str) -> Iterator[Part]:
    """Every order with its lines and refunds, the contacts they are known by, and what was claimed."""
    yield Part("orders.json", rows=_orders(member_id))
    yield Part("order_contacts.json", rows=_contacts(member_id))
    yield Part("order_claims.json", rows=_claims(member_id))


def forget_orders(member_id: str) -> bool:
    """Orders stay as facts for the books; name, address, number and the way back to the member go. False when there is
    nothing of them.

    Wants a transaction of its own: the door and the account come before the member, whom rooms above hold.
    """
    customer = db.session.scalar(sa.select(Customer).where(Customer.member_id == member_id))
    if customer is None:
        return False
    forget_person(customer)
    return True


def erase(member_id: str) -> None:
    """What is left of it, and what they claimed."""
    forget_orders(member_id)
    changed_rows(sa.delete(OrderClaim).where(OrderClaim.member_id == member_id))
    db.session.expire_all()


PERSONAL = PersonalData(tables=TABLES, export=export, erase=erase, erase_some=forget_orders)


def _orders(member_id: str) -> Iterator[dict[str, Any]]:
    """Of what stands on an order only what is the member's: a claimed one was bought under another's contacts."""
    zone = brand.current().time_zone
    own = {row["value"] for row in _contacts(member_id)}
    statement = (
        sa.select(Order)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Customer.member_id == member_id)
    )
    oldest = statement.order_by(Order.ordered_at, Order.id)
    for order in db.session.scalars(oldest.execution_options(yield_per=100)):
        yield {
            "order_no": order.order_no,
            "ordered_at": order.ordered_at.isoformat(),
            "time_zone_of_the_shop": zone,
            "kind": order.kind.value,
            "status": order.status.value,
            "currency": order.currency,
            "net_in_minor_units": order.net,
            "name": order.name if {order.email, order.phone} & own else "",
            "email": order.email if order.email in own else "",
            "phone": order.phone if order.phone in own else "",
            "channel": order.channel,
            "dealer": order.dealer,
            "delivered_at": order.delivered_at and order.delivered_at.isoformat(),
            "lines": _lines(order.id),
            "refunds": _refunds(order.id),
        }


def _lines(order_id: str) -> list[dict[str, Any]]:
    names = ("line_no", "sku", "product", "category", "qty", "unit_price", "discount", "total")
    rows = db.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order_id))
    return [{name: getattr(row, name) for name in names} for row in rows]


def _refunds(order_id: str) -> list[dict[str, Any]]:
    rows = db.session.scalars(sa.select(OrderRefund).where(OrderRefund.order_id == order_id))
    return [
        {"refund_id": row.refund_id, "amount": row.amount, "refunded_at": row.refunded_at.isoformat()}
        for row in rows
    ]


def _contacts(member_id: str) -> Iterator[dict[str, Any]]:
    statement = (
        sa.select(CustomerContact)
        .join(Customer, Customer.id == CustomerContact.customer_id)
        .where(Customer.member_id == member_id)
    )
    for row in db.session.scalars(statement):
        yield {
            "kind": row.kind.value,
            "value": row.value,
            "proved_at": row.proved_at and row.proved_at.isoformat(),
        }


def _claims(member_id: str) -> Iterator[dict[str, Any]]:
    mine = sa.select(OrderClaim).where(OrderClaim.member_id == member_id)
    for row in db.session.scalars(mine.order_by(OrderClaim.at, OrderClaim.id)):
        yield {"at": row.at.isoformat(), "order_no": row.order_no, "state": row.state.value}
