"""What membership does when money moves and deeds are done. In the transaction of whoever says so."""

from __future__ import annotations

from portal.core.db import db
from portal.core.i18n import _
from portal.membership.models import Charge, Gift, GiftState, Subscription
from portal.membership.services import gifts, rituals, settling, standings, telling
from portal.membership.services.checkout import CHARGE, GIFT
from portal.orders.signals import OwnershipChanged, ownership_settled
from portal.payments import services as payments
from portal.payments.signals import (
    PaymentEnded,
    PaymentPaid,
    PaymentRefunded,
    payment_ended,
    payment_paid,
    payment_refunded,
)
from portal.rewards.signals import DeedRecorded, DeedTakenBack, deed_recorded, deed_taken_back


@payment_paid.connect
def give_what_was_paid(event: PaymentPaid) -> None:
    """A period begins, a gift is ready; money that came too late for anything goes back."""
    if event.purpose_kind == CHARGE:
        charge = db.session.get_one(Charge, event.purpose_id)
        if not settling.settle(charge):
            member_id = db.session.get_one(Subscription, charge.subscription_id).member_id
            _give_back(event.payment_id, charge.amount, member_id)
    elif event.purpose_kind == GIFT:
        gift = db.session.get_one(Gift, event.purpose_id)
        if not gifts.ready(gift):
            _give_back(event.payment_id, gift.amount, gift.buyer_id)


@payment_ended.connect
def forget_what_was_not_paid(event: PaymentEnded) -> None:
    if event.purpose_kind == CHARGE:
        settling.drop(db.session.get_one(Charge, event.purpose_id))
    elif event.purpose_kind == GIFT:
        gifts.drop(db.session.get_one(Gift, event.purpose_id))


@payment_refunded.connect
def take_back_what_was_refunded(event: PaymentRefunded) -> None:
    """Everything back: what it gave ends. Part of it: it is worth less when it is set off against something else."""
    if event.purpose_kind == CHARGE:
        charge = db.session.get_one(Charge, event.purpose_id)
        settling.take_back(charge, returned=charge.amount if event.whole else charge.returned + event.amount)
    elif event.purpose_kind == GIFT and event.whole:
        gift = db.session.get_one(Gift, event.purpose_id)
        if gift.state is not GiftState.REFUNDED:
            gifts.take_back(gift)


@deed_recorded.connect
def climb(event: DeedRecorded) -> None:
    standings.look_at(event.member_id)


@deed_taken_back.connect
def look_again(event: DeedTakenBack) -> None:
    standings.look_at(event.member_id, shaken=True)


@ownership_settled.connect
def forget_days_of_lost_products(event: OwnershipChanged) -> None:
    rituals.take_back_lost(event.member_ids)


def _give_back(payment_id: str, amount: int, member_id: str) -> None:
    payments.ask_refund(
        payment_id, amount, reason=_("It was paid when it could not be used any more."), by=None
    )
    telling.paid_in_vain(member_id, payment_id)
