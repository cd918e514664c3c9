"""The calendar as staff see it: what will go out in the next twelve months, with how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from babel.dates import format_skeleton

from portal.accounts.birthdays import Birthday, kept_on, told_birthday
from portal.accounts.models import Calendar, Member
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _, locale
from portal.core.paging import Page, keyset_page
from portal.membership.models import Comes, Greeting, Ritual, RitualKind, Tier, TierKind
from portal.membership.queries.rituals import PRESENT, reached_by
from portal.membership.rules import days
from portal.orders.queries import count_owners, earliest_order
from portal.rewards.models import CouponPool

MISSED_WITHIN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Due:
    """A holiday on its day, and how many it reaches."""

    day: datetime
    ritual: Ritual
    reached: int


@dataclass(frozen=True, slots=True)
class Month:
    """What goes out in one month; of a member's own days only how many, never whose."""

    first: date
    holidays: list[Due]
    own: dict[RitualKind, int]

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def name(self) -> str:
        """E.g. May 2026."""
        return str(format_skeleton("yMMMM", self.first, locale=locale()))


@dataclass(frozen=True, slots=True)
class Listed:
    """A ritual in the studio's list: with its pool, and how many went without their coupon lately."""

    ritual: Ritual
    pool: CouponPool | None
    tier: Tier | None
    missed: int

    @property
    def pool_is_dry(self) -> bool:
        """Whether the next who is greeted gets no coupon."""
        pool = self.pool
        if pool is None:
            return False
        over = pool.valid_until is not None and pool.valid_until <= clock.now()
        return over or pool.closed_at is not None or pool.given >= pool.total


def twelve_months() -> list[Month]:
    """From today on, month by month; what is switched off is left out. Six queries."""
    today = brand.shop_day(clock.now())
    with_tiers = sa.select(Ritual, Tier).outerjoin(Tier, Tier.id == Ritual.tier_id).where(Ritual.active)
    rows = db.session.execute(
        with_tiers.order_by(Ritual.id)
    ).all()  # holds the tiers, which are asked for below
    active = [row.Ritual for row in rows]
    counted = {ritual.kind: _COUNTERS[ritual.kind](today) for ritual in active if ritual.kind in _COUNTERS}
    holidays = [ritual for ritual in active if ritual.kind is RitualKind.HOLIDAY]
    reached = _reached(holidays)
    months: dict[date, Month] = {}
    for day in days.days_ahead(today):
        month = months.setdefault(day.replace(day=1), Month(day.replace(day=1), [], {}))
        for ritual in holidays:
            if days.turn_of(ritual, day) is not None:
                month.holidays.append(Due(_moment(day), ritual, reached[ritual.tier_id]))
    for kind, by_month in counted.items():
        for first, number in by_month.items():
            if first in months:
                months[first].own[kind] = number
    return list(months.values())


def own_rituals() -> list[Listed]:
    """The rituals of a member's own days, in their order. Two queries."""
    rows = db.session.execute(_listed().where(Ritual.kind != RitualKind.HOLIDAY)).all()
    order = list(RitualKind)
    return _with_missed(sorted(rows, key=lambda row: order.index(row.Ritual.kind)))


def holidays(after: str | None) -> Page[Listed]:
    """All days of the brand, the newest first. Two queries."""
    page = keyset_page(
        _listed().add_columns(Ritual.created_at, Ritual.id).where(Ritual.kind == RitualKind.HOLIDAY),
        (Ritual.created_at, Ritual.id),
        cursor=after,
        scalars=False,
    )
    return Page(_with_missed(page.items), page.next_cursor)


def get_ritual(ritual_id: str) -> Ritual:
    """The ritual, or NotFound."""
    found = db.session.get(Ritual, ritual_id)
    if found is None:
        raise NotFound(_("There is no such day."))
    return found


def tiers_to_greet() -> list[Tier]:
    """Tiers that a holiday may be for alone; the lowest is everybody's."""
    statement = sa.select(Tier).where(sa.or_(Tier.kind == TierKind.PAID, Tier.position > 0))
    return list(db.session.scalars(statement.order_by(Tier.kind, Tier.position)))


def comes_on(ritual: Ritual) -> str:
    """The date of a holiday in words, e.g. "lunar month 8, day 15"."""
    assert ritual.month is not None and ritual.day is not None
    calendar = Calendar.LUNAR if ritual.comes is Comes.LUNAR else Calendar.SOLAR
    day = Birthday(ritual.month, ritual.day, year=ritual.year, calendar=calendar)
    return told_birthday(day, with_year=True)


# ------------------------------------------------------------------ inside


def _listed() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Ritual, CouponPool, Tier)
        .outerjoin(CouponPool, CouponPool.id == Ritual.pool_id)
        .outerjoin(Tier, Tier.id == Ritual.tier_id)
    )


def _with_missed(rows: Any) -> list[Listed]:
    lately = sa.select(Greeting.ritual_id, sa.func.count()).where(
        sa.text("missed"),
        Greeting.ritual_id.in_([row.Ritual.id for row in rows]),
        Greeting.at > clock.now() - MISSED_WITHIN,
    )
    missed = {row[0]: row[1] for row in db.session.execute(lately.group_by(Greeting.ritual_id))}
    return [Listed(row.Ritual, row.CouponPool, row.Tier, missed.get(row.Ritual.id, 0)) for row in rows]


def _reached(some: list[Ritual]) -> dict[str | None, int]:
    """How many members each of the tiers (None: everybody) stands for. One query."""
    one_each = {ritual.tier_id: ritual for ritual in some}
    counts = [
        sa.select(sa.func.count()).select_from(reached_by(ritual).subquery()).scalar_subquery()
        for ritual in one_each.values()
    ]
    return dict(zip(one_each, db.session.execute(sa.select(*counts)).one(), strict=True)) if counts else {}


def _birthdays(today: date) -> Counter[date]:
    """One query, grouped by birthdays: at most some hundred rows for any number of members."""
    columns = (Member.birth_calendar, Member.birth_month, Member.birth_day, Member.birth_leap)
    told = sa.select(*columns, sa.func.count()).where(PRESENT, Member.birth_month.is_not(None))
    members = {
        Birthday(month or 0, day or 0, calendar=calendar, leap=leap): number
        for calendar, month, day, leap, number in db.session.execute(told.group_by(*columns))
    }
    found: Counter[date] = Counter()
    for day in days.days_ahead(today):
        for kept in kept_on(day):
            for birthday in kept.birthdays:
                found[day.replace(day=1)] += members.pop(birthday, 0)
    return found


def _joining_days(today: date) -> Counter[date]:
    """One query with a count for each month, over the index of when members joined."""
    first = db.session.scalar(sa.select(sa.func.min(Member.joined_at)))
    if first is None:
        return Counter()
    joined = Member.joined_at
    counts = {
        start.replace(day=1): sa.select(sa.func.count())
        .select_from(Member)
        .where(PRESENT, sa.or_(sa.false(), *(sa.and_(joined >= a, joined < b) for a, b in earlier)))
        .scalar_subquery()
        for start, earlier in _months_before(today, first)
    }
    return Counter(dict(zip(counts, db.session.execute(sa.select(*counts.values())).one(), strict=True)))


def _product_days(today: date) -> Counter[date]:
    """Members, as everywhere here: somebody with several days in a month counts once."""
    first = earliest_order()
    if first is None:
        return Counter()
    months = list(_months_before(today, first))
    counts = count_owners([earlier for _start, earlier in months], sa.select(Member.id).where(PRESENT))
    return Counter(
        {start.replace(day=1): number for (start, _earlier), number in zip(months, counts, strict=True)}
    )


def _months_before(today: date, first: datetime) -> Iterator[tuple[date, list[tuple[datetime, datetime]]]]:
    """The months ahead, each with the same days of all earlier years since ``first``."""
    year = brand.shop_day(first).year
    for start, end in _month_spans(today):
        yield start, list(_earlier(start, end, year))


def _month_spans(today: date) -> Iterator[tuple[date, date]]:
    """The months ahead as (first day, day after the last); the first and the last one may be parts."""
    start, last = today, today + days.AHEAD
    while start < last:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(following, last)
        start = following


def _earlier(start: date, end: date, first_year: int) -> Iterator[tuple[datetime, datetime]]:
    for back in range(1, start.year - first_year + 1):
        yield _moment(days.yearly(start, start.year - back)), _moment(days.yearly(end, end.year - back))


def _moment(day: date) -> datetime:
    return clock.day_start(day, brand.current().time_zone)


_COUNTERS: dict[RitualKind, Callable[[date], Counter[date]]] = {
    RitualKind.BIRTHDAY: _birthdays,
    RitualKind.JOINING_DAY: _joining_days,
    RitualKind.PRODUCT_DAY: _product_days,
}
