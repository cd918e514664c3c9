"""Pools are filled by staff with the codes of their shop; each code is handed out once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_missing, lock_row, new_id
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.rewards import notices, rules
from portal.rewards.models import Coupon, CouponPool

_BATCH = 500


class PoolWords(TypedDict):
    """All that staff decide about a pool. ``valid_until`` is the first moment when its codes are worth nothing."""

    name_zh: str
    name_en: str
    worth_zh: str
    worth_en: str
    terms_zh: str
    terms_en: str
    valid_until: datetime | None


def create_pool(*, by: Viewer | None, **words: Unpack[PoolWords]) -> CouponPool:
    """An empty pool. Audited."""
    pool = CouponPool(id=new_id(), created_at=clock.now(), total=0, given=0, version=1, **_both(words))
    db.session.add(pool)
    db.session.flush()
    audit.record("coupons.pool_created", by=by, target_kind="coupon_pool", target_id=pool.id)
    return pool


def change_pool(pool: CouponPool, *, by: Viewer | None, version: int, **words: Unpack[PoolWords]) -> None:
    """Change its words; who holds a code of it reads the new ones. Conflict when it changed since ``version``. Audited."""
    lock_row(CouponPool, pool.id)
    db.session.refresh(pool)
    if pool.version != version:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    values = _both(words)
    changed = {name: value for name, value in values.items() if getattr(pool, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(pool, name, value)
    pool.version += 1
    audit.record(
        "coupons.pool_changed", by=by, target_kind="coupon_pool", target_id=pool.id, fields=sorted(changed)
    )


def close_pool(pool: CouponPool, *, by: Viewer | None) -> bool:
    """No code leaves it any more; those given stay good. False when it was closed already. Audited."""
    return _set_closed(pool, True, by)


def open_pool(pool: CouponPool, *, by: Viewer | None) -> bool:
    """Codes leave it again. False when it was open already. Audited."""
    return _set_closed(pool, False, by)


def add_codes(pool: CouponPool, codes: Sequence[str], *, by: Viewer | None) -> int:
    """Put codes into the pool; those that are in any pool already are left out. Returns how many are new. Audited.

    Raises Invalid, and adds none, when one of them is no code or there are more than ``rules.MOST_CODES``.
    """
    if not codes:
        raise Invalid(_("There is no code in it."), field="codes")
    if len(codes) > rules.MOST_CODES:
        raise Invalid(_("At most %(most)s codes at once, please.", most=rules.MOST_CODES), field="codes")
    strange = next((code for code in codes if not rules.is_code(code)), None)
    if strange is not None:
        raise Invalid(
            _("“%(code)s” is no code: letters, digits and signs, no blanks.", code=strange[:30]),
            field="codes",
        )
    lock_row(CouponPool, pool.id)
    added = 0
    for start in range(0, len(codes), _BATCH):
        rows = [{"id": new_id(), "pool_id": pool.id, "code": code} for code in codes[start : start + _BATCH]]
        added += insert_missing(Coupon, rows)
    if added:
        changed_rows(
            sa.update(CouponPool).where(CouponPool.id == pool.id).values(total=CouponPool.total + added)
        )
        db.session.expire(pool)
        audit.record("coupons.codes_added", by=by, target_kind="coupon_pool", target_id=pool.id, codes=added)
    return added


def hand_out_coupon(
    pool_id: str, member_id: str, *, source_kind: str, source_id: str, tell: bool = True
) -> Coupon:
    """Give one code of the pool to the member. Each source gets one: asking again answers with the same code.

    Conflict when the pool is closed, over or empty. ``tell``: the member is told where they do not see it at once.
    """
    lock_row(CouponPool, pool_id)
    pool = db.session.get(CouponPool, pool_id, populate_existing=True)
    if pool is None:
        raise NotFound(_("There is no such coupon."))
    before = _given_for(pool_id, source_kind, source_id)
    if before is not None:
        if before.member_id != member_id:
            raise Conflict(_("This coupon was given to somebody else."))
        return before
    coupon_id = _take_one(pool)
    mine = sa.update(Coupon).where(Coupon.id == coupon_id, Coupon.member_id.is_(None))
    values = {
        "member_id": member_id,
        "given_at": clock.now(),
        "source_kind": source_kind,
        "source_id": source_id,
    }
    if not changed_rows(mine.values(**values)):
        raise Conflict(_("Somebody else was faster. Please try again."))
    if tell:
        notices.tell_coupon(pool, coupon_id, member_id)
    return db.session.get_one(Coupon, coupon_id, populate_existing=True)


# ------------------------------------------------------------------ inside


def _take_one(pool: CouponPool) -> str:
    """Count one more as given and name a code that is free. Conflict when there is none to give."""
    now = clock.now()
    in_time = sa.or_(CouponPool.valid_until.is_(None), CouponPool.valid_until > now)
    one_more = sa.update(CouponPool).where(
        CouponPool.id == pool.id, CouponPool.given < CouponPool.total, CouponPool.closed_at.is_(None), in_time
    )
    if not changed_rows(one_more.values(given=CouponPool.given + 1)):
        raise Conflict(_("There is none left just now."))
    db.session.expire(pool)
    return free_code(pool.id)


def free_code(pool_id: str) -> str:
    """The id of the code that leaves next. Conflict when there is none."""
    free = sa.select(Coupon.id).where(Coupon.pool_id == pool_id, Coupon.member_id.is_(None))
    found = db.session.scalar(free.order_by(Coupon.id).limit(1))
    if found is None:
        raise Conflict(_("There is none left just now."))
    return found


def _given_for(pool_id: str, source_kind: str, source_id: str) -> Coupon | None:
    return db.session.scalar(
        sa.select(Coupon).where(
            Coupon.pool_id == pool_id, Coupon.source_kind == source_kind, Coupon.source_id == source_id
        )
    )


def _set_closed(pool: CouponPool, closed: bool, by: Viewer | None) -> bool:
    other = CouponPool.closed_at.is_(None) if closed else CouponPool.closed_at.is_not(None)
    statement = sa.update(CouponPool).where(CouponPool.id == pool.id, other)
    if not changed_rows(statement.values(closed_at=clock.now() if closed else None)):
        return False
    db.session.expire(pool)
    action = "coupons.pool_closed" if closed else "coupons.pool_opened"
    audit.record(action, by=by, target_kind="coupon_pool", target_id=pool.id)
    return True


def _both(words: PoolWords) -> PoolWords:
    """One language is enough; it serves for the other as well."""
    values: PoolWords = {**words}
    values["name_zh"], values["name_en"] = (
        words["name_zh"] or words["name_en"],
        words["name_en"] or words["name_zh"],
    )
    values["worth_zh"], values["worth_en"] = (
        words["worth_zh"] or words["worth_en"],
        words["worth_en"] or words["worth_zh"],
    )
    return values
