"""What events do when money moves, when a picture left the worker, and when somebody who comes looks different. In the
transaction of whoever says so."""

from __future__ import annotations

from portal.accounts.signals import ChangeBegun, MemberChanged, change_begun, member_changed
from portal.core import clock
from portal.core.media.signals import PhotoFinished, WorkBegun, photo_finished, work_begun
from portal.events.queries.page import shown_at
from portal.events.services import leaving, paying, pictures, seats, studio
from portal.payments.signals import (
    PaymentArriving,
    PaymentPaid,
    PaymentRefunded,
    payment_arriving,
    payment_paid,
    payment_refunded,
)


@payment_arriving.connect
def hold_seats_behind(event: PaymentArriving) -> None:
    if event.purpose_kind == paying.PURPOSE:
        paying.hold_seats(event.purpose_id)


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


@change_begun.connect
def hold_events_shown_at(event: ChangeBegun) -> None:
    """Before the member is held: an event's seats come first."""
    _draw_anew(event.member_id)


@member_changed.connect
def draw_face_anew(event: MemberChanged) -> None:
    _draw_anew(event.member_id)


def _draw_anew(member_id: str) -> None:
    """A face, and where somebody comes from, stands on pages that are kept with the version of the event's seats."""
    for event_id in shown_at(member_id, clock.now()):
        seats.hold(event_id)
