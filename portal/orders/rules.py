"""What holds for orders: when one counts, how it is named, and what proves that it is somebody's."""

from __future__ import annotations

from portal.accounts.rules import normalised_email
from portal.core.characters import plain
from portal.core.crypto import same
from portal.core.errors import Invalid
from portal.core.phones import normalised
from portal.orders.models import Order, OrderKind, OrderStatus

#: digits of the phone that a member tells to claim an order
TAIL = 4


def counts(kind: OrderKind, status: OrderStatus, net: int) -> bool:
    """Whether an order is a purchase: paid, a sale, and something of it was kept."""
    return kind is OrderKind.SALE and status is OrderStatus.PAID and net > 0


def order_number(text: str) -> str:
    """An order number as people copy it from a parcel: without blanks and a leading #."""
    return "".join(plain(text).split()).lstrip("#＃")


def as_phone(text: str, region: str = "CN") -> str:
    """The number in its one form; empty when this is no phone number."""
    return normalised(text, region) or ""


def as_email(text: str) -> str:
    """The address in its one form; empty when this is no address."""
    try:
        return normalised_email(text)
    except Invalid:
        return ""


def proves(order: Order, proof: str) -> bool:
    """Whether ``proof`` is the mail address of the order or the end of its phone number (four digits or all of it)."""
    said = plain(proof).strip()
    if "@" in said:
        return bool(order.email) and same(as_email(said), order.email)
    if not order.phone:
        return False
    if len(said) == TAIL and said.isascii() and said.isdigit():
        return same(said, order.phone[-TAIL:])
    return same(as_phone(said), order.phone)
