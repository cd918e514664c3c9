"""Tickets that their holders gave back, or whose money went back: they hear of it, once. Where staff end tickets, they tell it
themselves and say why."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db
from portal.events.models import Ended, Registration, RegistrationState
from portal.events.services import telling
from portal.payments import queries as payments
from portal.payments.models import RefundState

#: later nobody wants to hear of it any more
FRESH = timedelta(days=7)
TOLD_HERE = (Ended.CANCELLED, Ended.RELEASED, Ended.REFUNDED)


def untold(limit: int) -> list[str]:
    """Tickets whose end nobody has told yet, oldest first."""
    owed = sa.select(Registration.id).where(
        sa.text("state = 'cancelled' AND confirmed_at IS NOT NULL AND end_told_at IS NULL"),
        Registration.ended.in_(TOLD_HERE),
        Registration.ended_at > clock.now() - FRESH,
    )
    return list(db.session.scalars(owed.order_by(Registration.ended_at).limit(limit)))


def tell_end(registration_id: str) -> None:
    """Tell it, unless somebody else did."""
    mine = sa.update(Registration).where(
        Registration.id == registration_id,
        Registration.state == RegistrationState.CANCELLED,
        Registration.end_told_at.is_(None),
    )
    if changed_rows(mine.values(end_told_at=clock.now())) == 1:
        registration = db.session.get_one(Registration, registration_id, populate_existing=True)
        telling.ended(registration, refund=_comes_back(registration))


def _comes_back(registration: Registration) -> int:
    """Minor units that were sent on their way when the ticket ended."""
    if registration.payment_id is None or registration.ended is Ended.REFUNDED:
        return 0
    assert registration.ended_at is not None
    return sum(
        refund.amount
        for refund in payments.refunds_of(registration.payment_id)
        if refund.state is not RefundState.FAILED and refund.asked_at >= registration.ended_at
    )
