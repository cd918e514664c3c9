"""The mapping ``generic``: one row a line of an order, under the column names below."""

from __future__ import annotations

from portal.orders.importing.cells import Cells
from portal.orders.importing.facts import RowFacts
from portal.orders.importing.reading import Read
from portal.orders.importing.wrong import Wrong, wrong
from portal.orders.models import OrderKind, OrderStatus
from portal.orders.rules import order_number

NAME = "generic"
COLUMNS = (
    "order_no",
    "line_no",
    "ordered_at",
    "kind",
    "status",
    "email",
    "phone",
    "name",
    "channel",
    "dealer",
    "currency",
    "sku",
    "product",
    "category",
    "qty",
    "unit_price",
    "discount",
    "delivered_at",
    "refund_id",
    "refund_amount",
    "refunded_at",
)
_KINDS = tuple(kind.value for kind in OrderKind)
_STATES = tuple(status.value for status in OrderStatus)


def read_row(row: Read, columns: int, *, zone: str) -> tuple[RowFacts, list[Wrong]]:
    """What the row says, and what is wrong with it; the facts may only be used when nothing is.

    ``columns`` is how many cells a row must have; ``zone`` the shop's, for times without an offset.
    """
    cells = Cells(row, zone=zone)
    currency = cells.currency("currency")
    facts = RowFacts(
        order_no=order_number(cells.number("order_no", needed=True)),
        ordered_at=cells.moment("ordered_at", needed=True),
        kind=cells.choice("kind", _KINDS),
        status=cells.choice("status", _STATES),
        email=cells.email("email"),
        phone=cells.phone("phone"),
        name=cells.text("name", most=120),
        channel=cells.text("channel", most=64),
        dealer=cells.text("dealer", most=120),
        currency=currency,
        delivered_at=cells.moment("delivered_at"),
        line={
            "line_no": cells.text("line_no", most=64, needed=True),
            "sku": cells.text("sku", most=120),
            "product": cells.text("product", most=255),
            "category": cells.text("category", most=120),
            "qty": cells.pieces("qty"),
            "unit_price": cells.amount("unit_price", currency, needed=True),
            "discount": cells.amount("discount", currency),
        },
    )
    _read_refund(cells, facts, currency)
    line, errors = facts["line"], cells.errors
    if row.found != columns:
        errors.insert(0, wrong("cells", found=row.found, expected=columns))
    if not errors and line["discount"] > line["qty"] * line["unit_price"]:
        errors.append(wrong("discount"))
    return facts, errors


def _read_refund(cells: Cells, facts: RowFacts, currency: str) -> None:
    """All of a refund or nothing of it; an amount of nothing without a number is no refund.

    A refund of nothing did not happen after all: so the shop takes one back.
    """
    number = cells.number("refund_id")
    said = cells.text("refund_amount", most=64)
    amount = cells.amount("refund_amount", currency)
    moment = cells.moment("refunded_at")
    if number and said and moment:
        facts["refund"] = {"refund_id": number, "amount": amount, "refunded_at": moment}
    elif (number or amount or moment) and not cells.errors:
        cells.errors.append(wrong("refund"))
