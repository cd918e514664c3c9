"""Who hears of money: the features above by signals, the payer by a message that always comes."""

from __future__ import annotations

from portal.core.links import path_to
from portal.notifications.services import notify
from portal.payments.models import Payment, Refund
from portal.payments.signals import (
    PaymentArriving,
    PaymentEnded,
    PaymentPaid,
    PaymentRefunded,
    payment_arriving,
    payment_ended,
    payment_paid,
    payment_refunded,
)

PAID, REFUNDED, HELD = "payments.paid", "payments.refunded", "payments.held"


def arriving(payment: Payment) -> None:
    payment_arriving.send(PaymentArriving(payment.id, payment.purpose_kind, payment.purpose_id))


def paid(payment: Payment) -> None:
    """Whoever owns the purpose acts first; the receipt goes out last, because messages are held last."""
    payment_paid.send(PaymentPaid(payment.id, payment.purpose_kind, payment.purpose_id, late=payment.late))
    _tell(PAID, payment, amount=payment.received, receipt=payment.receipt_no)


def ended(payment: Payment) -> None:
    payment_ended.send(
        PaymentEnded(payment.id, payment.purpose_kind, payment.purpose_id, payment.state.value)
    )


def held(payment: Payment) -> None:
    """Other money came than was asked for: the payer shall not worry."""
    ended(payment)
    _tell(HELD, payment, amount=payment.received)


def refunded(payment: Payment, refund: Refund, *, whole: bool) -> None:
    payment_refunded.send(
        PaymentRefunded(
            payment.id, payment.purpose_kind, payment.purpose_id, amount=refund.amount, whole=whole
        )
    )
    _tell(REFUNDED, payment, group=refund.id, amount=refund.amount)


def _tell(kind: str, payment: Payment, *, amount: int, group: str = "", receipt: str | None = None) -> None:
    notify(
        [payment.payer_id],
        kind,
        path=path_to("payments.payment", payment_id=payment.id),
        group=f"{kind}:{group or payment.id}",
        amount=amount,
        currency=payment.received_currency,
        what=payment.description,
        receipt=receipt,
    )
