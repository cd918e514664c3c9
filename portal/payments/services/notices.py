"""Notifications that work once."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, insert_once
from portal.payments.models import PaymentNotice


def is_known(provider: str, event_id: str) -> bool:
    """Whether this notification has worked already."""
    known = sa.exists().where(PaymentNotice.provider == provider, PaymentNotice.event_id == event_id)
    return bool(db.session.scalar(sa.select(known)))


def note_notice(provider: str, event_id: str, payment_id: str | None) -> bool:
    """Remember it, in the transaction of what it causes. False when another one did so already."""
    return insert_once(
        PaymentNotice, provider=provider, event_id=event_id, payment_id=payment_id, at=clock.now()
    )
