"""A member's account: held before anything of theirs is counted, and moved only in one place."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import changed_rows, db, insert_missing, insert_once, is_sqlite, lock_row
from portal.rewards.models import EntryKind, PointAccount, PointEntry

#: rows in one statement
_AT_ONCE = 500


def hold_account(member_id: str) -> PointAccount:
    """The account as it is now, nobody else's to move until the transaction ends. Made when there is none."""
    insert_once(PointAccount, member_id=member_id, balance=0, pending=0, debt=0)
    lock_row(PointAccount, member_id)
    return db.session.get_one(PointAccount, member_id, populate_existing=True)


def hold_everyone(member_ids: Iterable[str]) -> None:
    """Hold several members of whom deeds are to be noted or taken back: first the accounts, then the members, by id.

    One by one they would be held in the order of the deeds, and somebody else holds several of them in another.
    """
    ids = sorted(set(member_ids))
    if is_sqlite() or len(ids) < 2:
        return
    some = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
    for part in some:
        rows = [{"member_id": member_id, "balance": 0, "pending": 0, "debt": 0} for member_id in part]
        insert_missing(PointAccount, rows)
        accounts = sa.select(PointAccount.member_id).where(PointAccount.member_id.in_(part))
        db.session.execute(accounts.order_by(PointAccount.member_id).with_for_update())
    for part in some:
        members = sa.select(Member.id).where(Member.id.in_(part)).order_by(Member.id)
        db.session.execute(members.with_for_update(key_share=True))


def move(member_id: str, *, balance: int = 0, pending: int = 0, debt: int = 0) -> None:
    """Add to the three numbers; the database refuses what would make one of them negative."""
    changed_rows(
        sa.update(PointAccount)
        .where(PointAccount.member_id == member_id)
        .values(
            balance=PointAccount.balance + balance,
            pending=PointAccount.pending + pending,
            debt=PointAccount.debt + debt,
        )
    )
    account = db.session.get(PointAccount, member_id)
    if account is not None:
        db.session.expire(account)


def note(member_id: str, kind: EntryKind, amount: int, *, source_kind: str, source_id: str) -> None:
    """One line in the ledger."""
    db.session.add(
        PointEntry(
            member_id=member_id,
            kind=kind,
            amount=amount,
            source_kind=source_kind,
            source_id=source_id,
            at=clock.now(),
        )
    )
    db.session.flush()
