"""Every number of rewards that is kept instead of counted, counted anew for ``flask prove``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import Proof
from portal.rewards.models import (
    Coupon,
    CouponPool,
    EntryKind,
    PointAccount,
    PointEntry,
    PointLot,
    Redemption,
)

Differences = Iterator[tuple[str, int, int]]


def ledger() -> Differences:
    """What each member has against the sum of their ledger."""
    kept = PointAccount.balance + PointAccount.pending - PointAccount.debt
    yield from _members(kept, _sum(PointEntry.amount).where(PointEntry.member_id == PointAccount.member_id))


def balances() -> Differences:
    """What may be spent against what is left in released lots."""
    lots = _sum(PointLot.remaining).where(PointLot.released_at.is_not(None))
    yield from _members(PointAccount.balance, lots.where(PointLot.member_id == PointAccount.member_id))


def pending() -> Differences:
    """What waits against what is left in lots that were not released."""
    lots = _sum(PointLot.remaining).where(PointLot.released_at.is_(None))
    yield from _members(PointAccount.pending, lots.where(PointLot.member_id == PointAccount.member_id))


def debts() -> Differences:
    """What is owed: all that was spent or taken back, against all that lots have given for it."""
    gone = (
        _sum(-PointEntry.amount)
        .where(PointEntry.member_id == PointAccount.member_id)
        .where(PointEntry.kind.in_((EntryKind.SPENT, EntryKind.TAKEN_BACK)))
    )
    given = _sum(PointLot.amount - PointLot.remaining - PointLot.expired).where(
        PointLot.member_id == PointAccount.member_id
    )
    true = _of_account(gone) - _of_account(given)
    statement = sa.select(PointAccount.member_id, PointAccount.debt, true)
    yield from _different("member", statement)


def lots() -> Differences:
    """Each lot against the lines about it: what it gave, what was taken back, what expired."""
    for kind, column in ((EntryKind.EARNED, PointLot.amount), (EntryKind.TAKEN_BACK, PointLot.taken_back)):
        told = _lines(kind).where(
            PointEntry.source_kind == PointLot.source_kind, PointEntry.source_id == PointLot.source_id
        )
        yield from _different(
            f"lot ({kind})", sa.select(PointLot.id, column, _of_lot(told) * (1 if kind == "earned" else -1))
        )
    gone = _lines(EntryKind.EXPIRED).where(
        PointEntry.source_kind == "lot", PointEntry.source_id == PointLot.id
    )
    yield from _different("lot (expired)", sa.select(PointLot.id, PointLot.expired, -_of_lot(gone)))


def pools() -> Differences:
    """Codes in each pool, and those that left it."""
    codes = sa.select(sa.func.count()).where(Coupon.pool_id == CouponPool.id)
    given = codes.where(Coupon.member_id.is_not(None))
    for what, column, true in (("codes", CouponPool.total, codes), ("given", CouponPool.given, given)):
        counted = true.correlate(CouponPool).scalar_subquery()
        yield from _different(f"pool ({what})", sa.select(CouponPool.id, column, counted))


def redemptions() -> Differences:
    """Each redemption against the line that paid for it, and the coupon that it gave."""
    paid = (
        _lines(EntryKind.SPENT)
        .where(PointEntry.source_kind == "redemption", PointEntry.source_id == Redemption.id)
        .correlate(Redemption)
        .scalar_subquery()
    )
    yield from _different("redemption (points)", sa.select(Redemption.id, Redemption.cost, -paid))
    coupon = (
        sa.select(sa.func.count())
        .where(
            Coupon.id == Redemption.coupon_id,
            Coupon.member_id == Redemption.member_id,
            Coupon.source_id == Redemption.id,
        )
        .correlate(Redemption)
        .scalar_subquery()
    )
    yield from _different("redemption (coupon)", sa.select(Redemption.id, sa.literal(1), coupon))


# ------------------------------------------------------------------ inside


def _sum(column: Any) -> sa.Select[int]:
    return sa.select(sa.func.coalesce(sa.func.sum(column), 0))


def _lines(kind: EntryKind) -> sa.Select[int]:
    return _sum(PointEntry.amount).where(PointEntry.kind == kind)


def _of_account(statement: sa.Select[int]) -> Any:
    return statement.correlate(PointAccount).scalar_subquery()


def _of_lot(statement: sa.Select[int]) -> Any:
    return statement.correlate(PointLot).scalar_subquery()


def _members(kept: Any, true: sa.Select[int]) -> Differences:
    yield from _different("member", sa.select(PointAccount.member_id, kept, _of_account(true)))


def _different(what: str, statement: sa.Select[*tuple[Any, ...]]) -> Differences:
    for name, kept, true in db.session.execute(statement):
        if kept != true:
            yield f"{what} {name}", int(kept), int(true)


PROOFS = (
    Proof("points: ledger", ledger),
    Proof("points: balances", balances),
    Proof("points: pending", pending),
    Proof("points: debts", debts),
    Proof("points: lots", lots),
    Proof("coupons: pools", pools),
    Proof("rewards: redemptions", redemptions),
)
