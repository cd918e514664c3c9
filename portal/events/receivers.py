"""What events do when money moves, and when a picture left the worker. In the transaction of whoever says so."""

from __future__ import annotations

from portal.core.media.signals import PhotoFinished, WorkBegun, photo_finished, work_begun
from portal.events.services import leaving, paying, pictures, seats, studio
from portal.payments.signals import PaymentPaid, PaymentRefunded, payment_paid, payment_refunded


@payment_paid.connect
def give_what_was_paid(event: PaymentPaid) -> None:
    if event.purpose_kind == paying.PURPOSE:
        paying.paid(event.payment_id, event.purpose_id)


@payment_refunded.connect
def take_back_what_was_refunded(event: PaymentRefunded) -> None:
    if event.purpose_kind == paying.PURPOSE:
        leaving.refunded(event.payment_id, event.purpose_id, whole=event.whole)


@work_begun.connect
def hold_event(event: WorkBegun) -> None:
    if event.owner_kind == studio.KIND:
        seats.hold(event.owner_id)


@photo_finished.connect
def take_picture(event: PhotoFinished) -> None:
    """A picture left the worker."""
    if event.owner_kind == studio.KIND:
        pictures.settle_picture(event.owner_id, event.photo_id)
