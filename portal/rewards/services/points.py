"""Points come in lots, wait, are spent oldest first, grow old, and are taken back when their reason falls away.

Every verb holds the member's account first. What is due is done before anything is spent or taken: jobs only make it
quicker.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.rewards.models import EntryKind, PointAccount, PointEntry, PointLot
from portal.rewards.rules import expiry
from portal.rewards.services.account import hold_account, move, note


def earn_points(
    member_id: str,
    amount: int,
    *,
    source_kind: str,
    source_id: str,
    pending_until: datetime | None = None,
) -> bool:
    """Give ``amount`` (> 0) points; they wait until ``pending_until`` if that is still to come.

    Each source gives once: False when it has given before, whatever became of it. Points expire at the end of the
    month a year after they became available (shop time). What the member owes is paid first.
    """
    if amount <= 0:
        raise ValueError("points are earned in whole numbers above zero")
    hold_account(member_id)
    now = clock.now()
    available = max(pending_until or now, now)
    lot_id = new_id()
    lot = {
        "id": lot_id,
        "member_id": member_id,
        "amount": amount,
        "remaining": amount,
        "taken_back": 0,
        "expired": 0,
        "source_kind": source_kind,
        "source_id": source_id,
        "earned_at": now,
        "available_at": available,
        "expires_at": expiry(available, brand.current().time_zone),
    }
    if not insert_once(PointLot, **lot):
        return False
    move(member_id, pending=amount)
    note(member_id, EntryKind.EARNED, amount, source_kind=source_kind, source_id=source_id)
    if available <= now:
        _release(member_id, lot_id, now)
    return True


def spend_points(member_id: str, amount: int, *, source_kind: str, source_id: str) -> bool:
    """Take ``amount`` (> 0) points, those first that expire first. Conflict when there are too few.

    Each source spends once: False when it has spent before.
    """
    if amount <= 0:
        raise ValueError("points are spent in whole numbers above zero")
    account = settle(member_id)
    if _spent_before(source_kind, source_id):
        return False
    if account.balance < amount:
        raise Conflict(_("There are not enough points for this."))
    _use_oldest(member_id, amount)
    move(member_id, balance=-amount)
    note(member_id, EntryKind.SPENT, -amount, source_kind=source_kind, source_id=source_id)
    return True


def take_back_points(source_kind: str, source_id: str, amount: int | None = None) -> int:
    """The reason for these points fell away: altogether ``amount`` of them are taken back by now (None: all).

    Saying it twice is saying it once. What is left of them goes first, then other points of the member; what is not
    there any more becomes a debt that the next points pay. Expired points are not asked for. Returns how many points
    this call took.
    """
    owner = _lot_of(source_kind, source_id)
    if owner is None:
        return 0
    settle(owner.member_id)
    lot = db.session.get_one(PointLot, owner.id, populate_existing=True)
    wanted = lot.amount if amount is None else min(amount, lot.amount)
    taken = min(wanted, lot.amount - lot.expired) - lot.taken_back
    if taken <= 0:
        return 0
    _take(lot, taken)
    note(lot.member_id, EntryKind.TAKEN_BACK, -taken, source_kind=source_kind, source_id=source_id)
    return taken


def settle(member_id: str) -> PointAccount:
    """Hold the account and do what is due for it: release what waited long enough, let go what is too old."""
    hold_account(member_id)
    now = clock.now()
    waiting = sa.select(PointLot.id).where(
        PointLot.member_id == member_id, PointLot.released_at.is_(None), PointLot.available_at <= now
    )
    for lot_id in db.session.scalars(waiting.order_by(PointLot.available_at, PointLot.id)).all():
        _release(member_id, lot_id, now)
    old = sa.select(PointLot.id).where(
        PointLot.member_id == member_id,
        PointLot.released_at.is_not(None),
        PointLot.remaining > 0,
        PointLot.expires_at <= now,
    )
    for lot_id in db.session.scalars(old.order_by(PointLot.expires_at, PointLot.id)).all():
        _expire(lot_id)
    return db.session.get_one(PointAccount, member_id, populate_existing=True)


# ------------------------------------------------------------------ inside; the account is held


def _release(member_id: str, lot_id: str, now: datetime) -> None:
    """Pending points may be spent from now on; a debt is paid first. Whoever comes second does nothing."""
    waiting = sa.update(PointLot).where(PointLot.id == lot_id, PointLot.released_at.is_(None))
    if not changed_rows(waiting.values(released_at=now)):
        return
    lot = db.session.get_one(PointLot, lot_id, populate_existing=True)
    account = db.session.get_one(PointAccount, member_id, populate_existing=True)
    paid = min(account.debt, lot.remaining)
    move(member_id, pending=-lot.remaining, balance=lot.remaining - paid, debt=-paid)
    lot.remaining -= paid
    db.session.flush()


def _expire(lot_id: str) -> None:
    lot = db.session.get_one(PointLot, lot_id, populate_existing=True)
    gone = lot.remaining
    old = sa.update(PointLot).where(PointLot.id == lot_id, PointLot.remaining == gone, PointLot.remaining > 0)
    if not changed_rows(old.values(remaining=0, expired=PointLot.expired + gone)):
        return
    db.session.expire(lot)
    move(lot.member_id, balance=-gone)
    note(lot.member_id, EntryKind.EXPIRED, -gone, source_kind="lot", source_id=lot_id)


def _use_oldest(member_id: str, amount: int) -> int:
    """Take from released lots what expires first. Returns how much there was, at most ``amount``."""
    statement = (
        sa.select(PointLot)
        .where(PointLot.member_id == member_id, PointLot.released_at.is_not(None), PointLot.remaining > 0)
        .order_by(PointLot.expires_at, PointLot.available_at, PointLot.id)
        .execution_options(populate_existing=True)
    )
    missing = amount
    for lot in db.session.scalars(statement):
        if not missing:
            break
        used = min(lot.remaining, missing)
        lot.remaining -= used
        missing -= used
    db.session.flush()
    return amount - missing


def _take(lot: PointLot, amount: int) -> None:
    """From this lot, then from the others, then as a debt."""
    own = min(lot.remaining, amount)
    lot.remaining -= own
    lot.taken_back += amount
    db.session.flush()
    rest = amount - own
    if lot.released_at is None:
        move(lot.member_id, pending=-own)
        own = 0
    others = _use_oldest(lot.member_id, rest)
    move(lot.member_id, balance=-own - others, debt=rest - others)


def _lot_of(source_kind: str, source_id: str) -> PointLot | None:
    return db.session.scalar(
        sa.select(PointLot).where(PointLot.source_kind == source_kind, PointLot.source_id == source_id)
    )


def _spent_before(source_kind: str, source_id: str) -> bool:
    statement = sa.select(PointEntry.id).where(
        PointEntry.kind == EntryKind.SPENT,
        PointEntry.source_kind == source_kind,
        PointEntry.source_id == source_id,
    )
    return db.session.scalar(statement) is not None
