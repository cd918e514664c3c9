"""What is kept here about a member: shown to them on request; afterwards the ledgers lead to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import Base, changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.rewards.models import (
    Badge,
    BadgeAward,
    Coupon,
    CouponPool,
    Deed,
    DeedWeek,
    PointAccount,
    PointAct,
    PointEntry,
    PointLot,
    Redemption,
)

_TABLES: tuple[type[Base], ...] = (
    BadgeAward,
    Coupon,
    Deed,
    DeedWeek,
    PointAccount,
    PointAct,
    PointEntry,
    PointLot,
    Redemption,
)
Row = dict[str, Any]


def export(member_id: str) -> Iterator[Part]:
    """Everything, piece by piece."""
    yield Part("deeds.json", rows=_rows(sa.select(Deed).where(Deed.member_id == member_id), _deed))
    yield Part("points.json", rows=_rows(_of(PointEntry, member_id), _entry))
    yield Part("point_lots.json", rows=_rows(_of(PointLot, member_id), _lot))
    yield Part("point_account.json", rows=_rows(_of_account(member_id), _account))
    yield Part("points_by_hand.json", rows=_rows(_of(PointAct, member_id), _act))
    yield Part("coupons.json", rows=_coupons(member_id))
    yield Part("rewards_taken.json", rows=_rows(_of(Redemption, member_id), _redemption))
    yield Part("badges.json", rows=_badges(member_id))


def erase(member_id: str) -> None:
    """Badges go, and every word that a person wrote about the member. The ledgers hold ids and numbers: they stay."""
    changed_rows(sa.delete(BadgeAward).where(BadgeAward.member_id == member_id))
    changed_rows(sa.update(PointAct).where(PointAct.member_id == member_id).values(reason=""))
    changed_rows(sa.delete(DeedWeek).where(DeedWeek.member_id == member_id))
    db.session.expire_all()


PERSONAL = PersonalData(
    tables=frozenset(model.__tablename__ for model in _TABLES), export=export, erase=erase
)


def _of(model: Any, member_id: str) -> sa.Select[Any]:
    return sa.select(model).where(model.member_id == member_id).order_by(model.id)


def _of_account(member_id: str) -> sa.Select[Any]:
    return sa.select(PointAccount).where(PointAccount.member_id == member_id)


def _rows(statement: sa.Select[Any], told: Callable[[Any], Row]) -> Iterator[Row]:
    """A hundred at a time."""
    for row in db.session.scalars(statement.execution_options(yield_per=100)):
        yield told(row)


def _deed(row: Deed) -> Row:
    return {
        "at": row.at.isoformat(),
        "kind": row.kind,
        "stitches": row.stitches,
        "taken_back": row.turn % 2 == 1,
    }


def _entry(row: PointEntry) -> Row:
    return {"at": row.at.isoformat(), "kind": row.kind.value, "points": row.amount, "for": row.source_kind}


def _lot(row: PointLot) -> Row:
    return {
        "earned_at": row.earned_at.isoformat(),
        "points": row.amount,
        "left": row.remaining,
        "available_at": row.available_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
    }


def _account(row: PointAccount) -> Row:
    return {"now": clock.now().isoformat(), "points": row.balance, "waiting": row.pending, "owed": row.debt}


def _act(row: PointAct) -> Row:
    return {"at": row.at.isoformat(), "points": row.amount, "reason": row.reason}


def _redemption(row: Redemption) -> Row:
    return {"at": row.at.isoformat(), "reward": row.reward_id, "points": row.cost}


def _coupons(member_id: str) -> Iterator[Row]:
    statement = (
        sa.select(Coupon, CouponPool)
        .join(CouponPool, CouponPool.id == Coupon.pool_id)
        .where(Coupon.member_id == member_id)
        .order_by(Coupon.given_at, Coupon.id)
    )
    for coupon, pool in db.session.execute(statement.execution_options(yield_per=100)):
        until = pool.valid_until.isoformat() if pool.valid_until else None
        given = coupon.given_at.isoformat() if coupon.given_at else None
        yield {"at": given, "coupon": pool.name, "code": coupon.code, "valid_until": until}


def _badges(member_id: str) -> Iterator[Row]:
    statement = (
        sa.select(BadgeAward, Badge)
        .join(Badge, Badge.id == BadgeAward.badge_id)
        .where(BadgeAward.member_id == member_id)
        .order_by(BadgeAward.awarded_at, BadgeAward.id)
    )
    for award, badge in db.session.execute(statement.execution_options(yield_per=100)):
        yield {
            "at": award.awarded_at.isoformat(),
            "badge": badge.name,
            "why": award.why,
            "until": award.revoked_at.isoformat() if award.revoked_at else None,
            "why_not_any_more": award.revoked_why,
        }
