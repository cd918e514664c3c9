"""What was bought: orders with their lines and refunds, and which of our products a code stands for."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, OptionalRef, Str64, Str120, Str255, enum_type

#: the one rule of what counts, kept by the database itself
COUNTS = "kind = 'sale' AND status = 'paid' AND net > 0"


def _index_of(contact: str) -> sa.Index:
    """Orders on which a contact stands, whoever they belong to; most have one of the two."""
    there = sa.text(f"{contact} <> ''")
    return sa.Index(f"ix_sales_order_{contact}", contact, sqlite_where=there, postgresql_where=there)


class OrderKind(StrEnum):
    """Only a sale is a purchase; the others change hands without one."""

    SALE = "sale"
    REPLACEMENT = "replacement"
    SAMPLE = "sample"
    TEST = "test"
    STAFF = "staff"


class OrderStatus(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    CANCELLED = "cancelled"


class Order(Base):
    """One order of a shop. Amounts are minor units of ``currency``, without tax and shipping.

    ``gross`` is what the lines come to after their discounts, ``refunded`` the sum of the refunds, ``net`` the
    difference. ``qualified``: it counts as a purchase (:data:`COUNTS`). ``customer_id`` is None while nobody knows
    whose it is; ``contact_id`` is the contact by which it was known, None when it was told otherwise (a claim, a
    customer who left). ``name``, ``email`` and ``phone`` stand as on the order until that person is erased.
    """

    __tablename__ = "sales_order"
    __table_args__ = (
        sa.UniqueConstraint("source", "order_no"),
        sa.Index("ix_sales_order_newest", "ordered_at", "id"),
        sa.Index("ix_sales_order_customer", "customer_id", "ordered_at", "id"),
        sa.Index("ix_sales_order_contact", "contact_id"),
        sa.Index("ix_sales_order_number", "order_no"),
        _index_of("phone"),
        _index_of("email"),
        sa.Index("ix_sales_order_delivered", "delivered_at", "ordered_at"),
        sa.CheckConstraint("gross >= 0 AND refunded >= 0 AND net >= 0", name="not_negative"),
        sa.CheckConstraint("net = gross - refunded", name="net_right"),
        sa.CheckConstraint(f"qualified = ({COUNTS})", name="qualified_right"),
        sa.CheckConstraint("customer_id IS NOT NULL OR contact_id IS NULL", name="known_by_contact"),
    )

    id: Mapped[Id]
    source: Mapped[Str64]
    order_no: Mapped[Str64]
    ordered_at: Mapped[Moment]
    kind: Mapped[OrderKind] = mapped_column(enum_type(OrderKind))
    status: Mapped[OrderStatus] = mapped_column(enum_type(OrderStatus))
    currency: Mapped[str] = mapped_column(sa.String(3))
    gross: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    net: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    qualified: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    customer_id: Mapped[str | None] = mapped_column(sa.ForeignKey("customer.id"))
    contact_id: Mapped[str | None] = mapped_column(sa.ForeignKey("customer_contact.id"))
    name: Mapped[Str120] = mapped_column(sa.String(120), default="")
    email: Mapped[Str255] = mapped_column(sa.String(255), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    channel: Mapped[Str64] = mapped_column(sa.String(64), default="")
    dealer: Mapped[Str120] = mapped_column(sa.String(120), default="")
    delivered_at: Mapped[OptionalMoment]
    import_id: Mapped[OptionalRef]
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]


class OrderLine(Base):
    """One line: ``total`` = ``qty`` × ``unit_price`` − ``discount`` (of the whole line), in minor units."""

    __tablename__ = "order_line"
    __table_args__ = (
        sa.Index("ix_order_line_sku", "sku", "order_id"),
        sa.CheckConstraint("qty >= 0 AND unit_price >= 0 AND discount >= 0", name="not_negative"),
        sa.CheckConstraint("total = qty * unit_price - discount AND total >= 0", name="total_right"),
    )

    order_id: Mapped[str] = mapped_column(sa.ForeignKey("sales_order.id"), primary_key=True)
    line_no: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    sku: Mapped[Str120]
    product: Mapped[Str255]
    category: Mapped[Str120]
    qty: Mapped[int] = mapped_column(sa.Integer)
    unit_price: Mapped[int] = mapped_column(sa.BigInteger)
    discount: Mapped[int] = mapped_column(sa.BigInteger)
    total: Mapped[int] = mapped_column(sa.BigInteger)


class OrderRefund(Base):
    """Money that went back, under the shop's own number for it: the same number of an order is the same refund."""

    __tablename__ = "order_refund"
    __table_args__ = (
        sa.Index("ix_order_refund_when", "refunded_at"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
    )

    order_id: Mapped[str] = mapped_column(sa.ForeignKey("sales_order.id"), primary_key=True)
    refund_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    refunded_at: Mapped[Moment]


class ProductCode(Base):
    """Which of our products the shop means by a code."""

    __tablename__ = "product_code"

    sku: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("product.id"), index=True)
