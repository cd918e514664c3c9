"""From what is to be paid to a payment: the way to pay is chosen, the terms stay as they were shown."""

from __future__ import annotations

from datetime import timedelta

from portal.core.access import Viewer
from portal.core.db import db
from portal.core.i18n import _
from portal.membership.models import Charge, Gift, Tier
from portal.membership.queries.plans import get_plan
from portal.membership.services.settling import settle
from portal.payments import services as payments

#: what payments call our purposes
CHARGE, GIFT = "membership", "membership_gift"
HOLDS = timedelta(minutes=30)


def pay_charge(charge: Charge, *, provider: str, by: Viewer, return_path: str) -> str | None:
    """Open the payment behind a charge and answer with its id; None when nothing was due: then it is settled."""
    if charge.amount == 0:
        settle(charge)
        return None
    payment = payments.open_payment(
        purpose_kind=CHARGE,
        purpose_id=charge.id,
        amount=charge.amount,
        currency=charge.currency,
        description=_("Membership: %(tier)s", tier=_tier_name(charge.plan_id)),
        payer=by,
        provider=provider,
        holds=HOLDS,
        return_path=return_path,
    )
    charge.payment_id = payment.id
    db.session.flush()
    return payment.id


def pay_gift(gift: Gift, *, provider: str, by: Viewer, return_path: str) -> str:
    """Open the payment behind a gift; answers with its id."""
    payment = payments.open_payment(
        purpose_kind=GIFT,
        purpose_id=gift.id,
        amount=gift.amount,
        currency=gift.currency,
        description=_("A gift: %(tier)s", tier=_tier_name(gift.plan_id)),
        payer=by,
        provider=provider,
        holds=HOLDS,
        return_path=return_path,
    )
    gift.payment_id = payment.id
    db.session.flush()
    return payment.id


def _tier_name(plan_id: str) -> str:
    return db.session.get_one(Tier, get_plan(plan_id).tier_id).name
