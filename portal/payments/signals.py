"""What features above want to know about money. Sent inside the transaction, while the payment is held.

Who receives one holds their own thing after the payment; whoever wants to change a payment holds the payment first.
"""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class PaymentArriving:
    """The money came and is about to be booked. Whoever owns the purpose holds now what it will change: the book of receipts,
    which all payments share, is held next, and nobody may wait for anything with it in hand."""

    payment_id: str
    purpose_kind: str
    purpose_id: str


@dataclass(frozen=True, slots=True)
class PaymentPaid:
    """Exactly the money that was asked for came, once. ``late``: after the payment had ended; who owns the purpose gives
    it if that is still possible, and asks for a refund if not."""

    payment_id: str
    purpose_kind: str
    purpose_id: str
    late: bool


@dataclass(frozen=True, slots=True)
class PaymentEnded:
    """It ended without money. ``state``: failed, expired, cancelled, or wrong (other money came; staff look at it)."""

    payment_id: str
    purpose_kind: str
    purpose_id: str
    state: str


@dataclass(frozen=True, slots=True)
class PaymentRefunded:
    """Money went back (``amount`` in minor units). ``whole``: with it, everything that had come."""

    payment_id: str
    purpose_kind: str
    purpose_id: str
    amount: int
    whole: bool


payment_arriving = _signals.signal("payment-arriving")
payment_paid = _signals.signal("payment-paid")
payment_ended = _signals.signal("payment-ended")
payment_refunded = _signals.signal("payment-refunded")
