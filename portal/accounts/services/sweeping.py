"""What nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.models import AccountSession, KeptText, OneTimeCode, Throttle
from portal.accounts.services.waits import QUIET
from portal.core import clock
from portal.core.db import changed_rows

SESSION_IDLE = timedelta(days=180)
CODE_KEPT = timedelta(days=1)
TEXT_KEPT = timedelta(hours=24)


def discard_expired() -> int:
    """Delete spent codes, old waits, kept texts nobody came back for and sessions idle for 180 days."""
    now = clock.now()
    return sum(
        changed_rows(statement)
        for statement in (
            sa.delete(OneTimeCode).where(OneTimeCode.expires_at < now - CODE_KEPT),
            sa.delete(Throttle).where(Throttle.last_at < now - QUIET, Throttle.allowed_at < now),
            sa.delete(KeptText).where(KeptText.created_at < now - TEXT_KEPT),
            sa.delete(AccountSession).where(AccountSession.last_seen_at < now - SESSION_IDLE),
        )
    )
