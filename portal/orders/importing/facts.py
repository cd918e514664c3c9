"""What a row says, whatever file it came from: plain values that fit into JSON until they become an order."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class LineFacts(TypedDict):
    """Amounts in minor units; ``discount`` is of the whole line."""

    line_no: str
    sku: str
    product: str
    category: str
    qty: int
    unit_price: int
    discount: int


class RefundFacts(TypedDict):
    """``refunded_at`` in ISO form with its offset."""

    refund_id: str
    amount: int
    refunded_at: str


class RowFacts(TypedDict):
    """One row: the head of its order, one line and perhaps a refund. Moments are ISO text in UTC."""

    order_no: str
    ordered_at: str
    kind: str
    status: str
    email: str
    phone: str
    name: str
    channel: str
    dealer: str
    currency: str
    delivered_at: str
    line: LineFacts
    refund: NotRequired[RefundFacts]
