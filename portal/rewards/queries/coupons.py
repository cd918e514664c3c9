"""Pools as staff see them, and a member's coupons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.core.words import spoken
from portal.rewards.models import Coupon, CouponPool


@dataclass(frozen=True, slots=True)
class Held:
    """A coupon in somebody's hand."""

    id: str
    code: str
    name: str
    worth: str
    terms: str
    given_at: datetime
    valid_until: datetime | None
    source_kind: str

    @property
    def over(self) -> bool:
        return self.valid_until is not None and self.valid_until <= clock.now()

    @property
    def last_moment(self) -> datetime | None:
        """The last day on which it is good has this moment."""
        return self.valid_until - timedelta(seconds=1) if self.valid_until is not None else None


def get_pool(pool_id: str) -> CouponPool:
    """The pool, or NotFound."""
    pool = db.session.get(CouponPool, pool_id)
    if pool is None:
        raise NotFound(_("There is no such coupon."))
    return pool


def pools(*, cursor: str | None = None) -> Page[CouponPool]:
    """All pools, the newest first."""
    return keyset_page(sa.select(CouponPool), (CouponPool.created_at, CouponPool.id), cursor=cursor)


def pools_for_choice(besides: str = "") -> list[tuple[str, str]]:
    """(id, name) of the open pools, and of the one that is chosen already."""
    statement = sa.select(CouponPool).where(sa.or_(CouponPool.closed_at.is_(None), CouponPool.id == besides))
    # nobody keeps 200 kinds of coupons open at once, nor finds one among them in a list
    rows = db.session.scalars(statement.order_by(CouponPool.created_at.desc()).limit(200))
    return [(pool.id, pool.name) for pool in rows]


def coupons_of(member_id: str, *, cursor: str | None = None) -> Page[Held]:
    """A member's coupons, the newest first. One query."""
    statement = _held().where(Coupon.member_id == member_id)
    page = keyset_page(statement, (Coupon.given_at, Coupon.id), cursor=cursor, scalars=False)
    return Page([_as_held(row) for row in page.items], page.next_cursor)


def get_coupon(coupon_id: str, member_id: str) -> Held:
    """The member's own coupon, or NotFound."""
    row = db.session.execute(
        _held().where(Coupon.id == coupon_id, Coupon.member_id == member_id)
    ).one_or_none()
    if row is None:
        raise NotFound(_("There is no such coupon."))
    return _as_held(row)


def _held() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Coupon.id,
        Coupon.code,
        Coupon.given_at,
        Coupon.source_kind,
        CouponPool.name_zh,
        CouponPool.name_en,
        CouponPool.worth_zh,
        CouponPool.worth_en,
        CouponPool.terms_zh,
        CouponPool.terms_en,
        CouponPool.valid_until,
    ).join(CouponPool, CouponPool.id == Coupon.pool_id)


def _as_held(row: Any) -> Held:
    return Held(
        id=row.id,
        code=row.code,
        name=spoken(row.name_zh, row.name_en),
        worth=spoken(row.worth_zh, row.worth_en),
        terms=spoken(row.terms_zh, row.terms_en),
        given_at=row.given_at,
        valid_until=row.valid_until,
        source_kind=row.source_kind,
    )
