"""Which hidden ticket types the codes of a browser open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from portal.core.db import db
from portal.events.models import AccessCode


def opened_by(event_id: str, code_ids: Iterable[str], now: datetime) -> dict[str, str]:
    """Ticket types of this event with the code that opens each. One query, none without codes."""
    ids = list(code_ids)
    if not ids:
        return {}
    still = sa.select(AccessCode).where(
        AccessCode.event_id == event_id,
        AccessCode.id.in_(ids),
        AccessCode.closed_at.is_(None),
        sa.or_(AccessCode.ends_at.is_(None), AccessCode.ends_at > now),
    )
    return {code.ticket_type_id: code.id for code in db.session.scalars(still)}
