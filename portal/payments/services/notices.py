"""Notifications that work once."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, insert_once
from portal.payments.models import PaymentNotice

LONGEST_ID = 120


def is_known(provider: str, event_id: str) -> bool:
    """Whether this notification has worked already."""
    event_id = _short(event_id)
    known = sa.exists().where(PaymentNotice.provider == provider, PaymentNotice.event_id == event_id)
    return bool(db.session.scalar(sa.select(known)))


def note_notice(provider: str, event_id: str, payment_id: str | None) -> bool:
    """Remember it, in the transaction of what it causes. False when another one did so already."""
    return insert_once(
        PaymentNotice, provider=provider, event_id=_short(event_id), payment_id=payment_id, at=clock.now()
    )


def _short(event_id: str) -> str:
    """Ids of some providers may be longer than the column: then their digest stands for them."""
    return event_id if len(event_id) <= LONGEST_ID else sha256(event_id.encode()).hexdigest()
