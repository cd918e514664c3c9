"""What somebody paid and got back, as staff who look after payments read it in their life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.access import Permission
from portal.core.feature import Teller, TimelineEntry
from portal.core.links import path_to
from portal.core.money import Money
from portal.core.timeline import moments
from portal.payments.models import Payment, PaymentState


def _payments(member_id: str) -> sa.Select[Any]:
    came = Payment.received > 0
    told = moments(
        sa.func.coalesce(Payment.paid_at, Payment.created_at),
        payment=Payment.id,
        state=Payment.state,
        amount=sa.case((came, Payment.received), else_=Payment.amount),
        currency=sa.case((came, Payment.received_currency), else_=Payment.currency),
        what=Payment.description,
    )
    return told.where(Payment.payer_id == member_id)


def _payment(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    from portal.payments.words import timeline_text

    money = Money(facts["amount"], facts["currency"])
    said = timeline_text(PaymentState(facts["state"]), money, facts["what"])
    path = path_to("payments_console.payment", payment_id=facts["payment"])
    return TimelineEntry(at, "banknote", said, path)


LIFE = (Teller(_payments, _payment, needs=Permission.MANAGE_PAYMENTS),)
