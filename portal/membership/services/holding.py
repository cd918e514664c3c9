"""Who may move a membership: one at a time."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core.db import db, lock_row


def is_gone(member_id: str) -> bool:
    """Whether this member left for good."""
    state = sa.select(Member.state).where(Member.id == member_id)
    return db.session.scalar(state) is MemberState.ERASED


def hold(member_id: str) -> None:
    """Nobody else moves this member's membership until the transaction ends; what was read is read again."""
    db.session.flush()  # what the caller changed must not be forgotten with what was read
    lock_row(Member, member_id, whole=False)
    db.session.expire_all()
