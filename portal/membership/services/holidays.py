"""Staff keep the calendar: holidays, what is given on any day, and what is greeted at all."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TypedDict, Unpack

import sqlalchemy as sa

from portal.accounts.birthdays import LUNAR_DAYS
from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, hold_name, lock_row, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.membership.models import Comes, Ritual, RitualKind, Tier

_LEAP_YEAR = 2000


class Present(TypedDict):
    """What is given: points, or a coupon of a pool, or neither."""

    points: int
    pool_id: str | None


class Holiday(Present):
    """All that staff decide about a day of the brand. ``year`` only for what comes once; no tier is everybody."""

    comes: Comes
    month: int
    day: int
    year: int | None
    name_zh: str
    name_en: str
    words_zh: str
    words_en: str
    tier_id: str | None


def add_holiday(*, by: Viewer, **facts: Unpack[Holiday]) -> Ritual:
    """A day that is greeted from now on; the same one within a minute is a form sent twice, and makes none.

    Invalid beside the field that is wrong. Audited.
    """
    _check(facts)
    hold_name("rituals")
    before = _made_just_now(facts)
    if before is not None:
        return before
    made = Ritual(id=new_id(), kind=RitualKind.HOLIDAY, created_at=clock.now(), version=1, **facts)
    db.session.add(made)
    db.session.flush()
    audit.record("rituals.added", by=by, target_kind="ritual", target_id=made.id)
    return made


def change_holiday(ritual: Ritual, *, by: Viewer, version: int, **facts: Unpack[Holiday]) -> None:
    """New words, another date, another gift. Who was greeted this year is not greeted again. Invalid beside the field
    that is wrong, Conflict when it changed since ``version``. Audited."""
    _hold(ritual, version)
    unchanged = _date_of(facts) == (ritual.comes, ritual.month, ritual.day, ritual.year)
    _check(facts, may_be_over=unchanged)
    for name, value in facts.items():
        setattr(ritual, name, value)
    _changed(ritual, by)


def change_gift(ritual: Ritual, *, by: Viewer, version: int, **gift: Unpack[Present]) -> None:
    """What is given on one of a member's own days. Conflict when it changed since ``version``. Audited."""
    _hold(ritual, version)
    ritual.points, ritual.pool_id = gift["points"], gift["pool_id"]
    _changed(ritual, by)


def switch(ritual: Ritual, active: bool, *, by: Viewer) -> bool:
    """Greet it from now on, or no more. False when it stood so already. Audited."""
    other = sa.update(Ritual).where(Ritual.id == ritual.id, Ritual.active.is_not(active))
    if not changed_rows(other.values(active=active)):
        return False
    db.session.expire_all()
    audit.record(
        "rituals.switched_on" if active else "rituals.switched_off",
        by=by,
        target_kind="ritual",
        target_id=ritual.id,
    )
    return True


def _made_just_now(facts: Holiday) -> Ritual | None:
    """Members must not be greeted twice because a button was pressed twice."""
    named = ("comes", "month", "day", "year", "name_zh", "name_en")
    same = [getattr(Ritual, name) == facts[name] for name in named]  # type: ignore[literal-required]
    lately = Ritual.created_at > clock.now() - clock.minutes(1)
    return db.session.scalars(sa.select(Ritual).where(*same, lately).limit(1)).first()


def _hold(ritual: Ritual, version: int) -> None:
    lock_row(Ritual, ritual.id)
    db.session.refresh(ritual)
    if ritual.version != version:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))


def _changed(ritual: Ritual, by: Viewer) -> None:
    ritual.version += 1
    db.session.flush()
    audit.record("rituals.changed", by=by, target_kind="ritual", target_id=ritual.id)


def _date_of(facts: Holiday) -> tuple[Comes, int, int, int | None]:
    return facts["comes"], facts["month"], facts["day"], facts["year"]


def _check(facts: Holiday, *, may_be_over: bool = False) -> None:
    comes, month, day, year = _date_of(facts)
    longest = LUNAR_DAYS if comes is Comes.LUNAR else monthrange(year or _LEAP_YEAR, month)[1]
    if not 1 <= day <= longest:
        raise Invalid(_("There is no such day in this month."), field="day")
    if year is not None and not may_be_over and date(year, month, day) < brand.shop_day(clock.now()):
        raise Invalid(_("This day is over already."), field="year")
    if facts["tier_id"] is not None and db.session.get(Tier, facts["tier_id"]) is None:
        raise Invalid(_("There is no such tier."), field="tier_id")
