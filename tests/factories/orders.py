"""Orders as a shop tells them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.orders.importing import steps
from portal.orders.models import (
    ClaimState,
    Customer,
    CustomerMerge,
    ImportState,
    MergeReason,
    Order,
    OrderClaim,
    OrderImport,
    OrderImportRow,
    OrderKind,
    OrderStatus,
    ProductCode,
)
from portal.orders.services import Line, Refund, Told, customer_of, save_orders
from portal.orders.services.merging import merge
from portal.orders.services.telling import Moves

_numbers = count(1)


def told(**facts: Any) -> Told:
    """One sale of a single bag for 100.00 yuan; ``amount`` and ``refund`` in minor units."""
    amount, back = facts.pop("amount", 10000), facts.pop("refund", 0)
    moment: datetime = facts.setdefault("ordered_at", clock.now())
    usual = {
        "order_no": f"N{next(_numbers):05}",
        "kind": OrderKind.SALE,
        "status": OrderStatus.PAID,
        "currency": "CNY",
        "lines": {"1": Line(facts.pop("sku", "BAG-1"), "麦浪托特", "托特", 1, amount, 0)},
        "refunds": {"r1": Refund(back, moment)} if back else {},
    }
    return Told(**usual | facts)


def order(**facts: Any) -> Order:
    """Stored as an import stores it; ``member=`` proved the address that stands on it, ``product=`` is what was bought."""
    member, product = facts.pop("member", None), facts.pop("product", None)
    if member is not None:
        facts.setdefault("email", member.email)
    if product is not None:
        facts.setdefault("sku", product_code(product).sku)
    one = told(**facts)
    save_orders("generic", [one])
    return db.session.scalars(sa.select(Order).where(Order.order_no == one.order_no)).one()


def product_code(product: Product) -> ProductCode:
    """The shop's code for this product."""
    sku = f"SKU-{product.slug}"[:120]
    return db.session.get(ProductCode, sku) or _new_code(sku, product)


def customer(member: Any) -> Customer:
    """The member as a customer."""
    return customer_of(member.id)


def customer_merge(guest: Customer, into: Customer) -> CustomerMerge:
    """Staff put the guest into the other."""
    moves = Moves()
    merge(guest, into, MergeReason.STAFF, None, moves)
    moves.tell()
    return db.session.scalars(sa.select(CustomerMerge).where(CustomerMerge.from_id == guest.id)).one()


def _new_code(sku: str, product: Product) -> ProductCode:
    made = ProductCode(sku=sku, product_id=product.id)
    db.session.add(made)
    db.session.flush()
    return made


def claim(order: Order, member: Any) -> OrderClaim:
    """The member says that somebody else's order is theirs."""
    made = OrderClaim(
        member_id=member.id,
        order_no=order.order_no,
        order_id=order.id,
        state=ClaimState.DISPUTED,
        at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def order_file() -> OrderImport:
    """A file that was checked and waits for staff."""
    made = steps.begin("orders.csv", mapping="generic", byte_size=1, by=None)
    made.state, made.rows = ImportState.CHECKED, 1
    db.session.flush()
    return made


def wrong_row(held: OrderImport, *, line: int) -> OrderImportRow:
    """A row of the file that cannot be used."""
    made = OrderImportRow(
        import_id=held.id,
        line=line,
        order_no=f"W{line}",
        wrong=True,
        facts={},
        errors=[["missing", {"column": "qty"}]],
    )
    db.session.add(made)
    held.wrong_rows += 1
    db.session.flush()
    return made
