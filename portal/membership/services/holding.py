"""Who may move a membership: one at a time."""

from __future__ import annotations

from portal.accounts.models import Member
from portal.core.db import db, lock_row


def hold(member_id: str) -> None:
    """Nobody else moves this member's membership until the transaction ends; what was read is read again."""
    db.session.flush()  # what the caller changed must not be forgotten with what was read
    lock_row(Member, member_id, whole=False)
    db.session.expire_all()
