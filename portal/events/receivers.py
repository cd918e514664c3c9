"""What events do when money moves. In the transaction of whoever says so."""

from __future__ import annotations

from portal.events.services import leaving, paying
from portal.payments.signals import PaymentPaid, PaymentRefunded, payment_paid, payment_refunded


@payment_paid.connect
def give_what_was_paid(event: PaymentPaid) -> None:
    if event.purpose_kind == paying.PURPOSE:
        paying.paid(event.payment_id, event.purpose_id)


@payment_refunded.connect
def take_back_what_was_refunded(event: PaymentRefunded) -> None:
    if event.purpose_kind == paying.PURPOSE:
        leaving.refunded(event.purpose_id, whole=event.whole)
