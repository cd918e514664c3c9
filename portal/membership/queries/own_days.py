"""A member's own days: those that come, and those that were greeted. For their owner alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from portal.accounts.birthdays import next_birthday
from portal.accounts.models import Member
from portal.accounts.queries import get_member
from portal.brand import queries as brand
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.core.paging import Page, keyset_page
from portal.core.words import spoken
from portal.membership.models import Greeting, Ritual, RitualKind, Span, Standing
from portal.membership.queries.access import in_force
from portal.membership.rules import days
from portal.orders.queries import firsts_of
from portal.rewards.models import Coupon, CouponPool

#: so many days that come are shown
MOST = 12


@dataclass(frozen=True, slots=True)
class Coming:
    """A day that will be greeted. ``name`` is a holiday or a product; ``years`` how many it will be."""

    day: datetime
    kind: RitualKind
    name: str = ""
    years: int = 0


@dataclass(frozen=True, slots=True)
class Greeted:
    """A day that was greeted; ``coupon`` is what the one that was given is called."""

    greeting: Greeting
    ritual: Ritual
    coupon: str


def coming_days(member_id: str) -> list[Coming]:
    """The next days of this member, the nearest first. Five queries."""
    member, today = get_member(member_id), brand.shop_day(clock.now())
    active = list(db.session.scalars(sa.select(Ritual).where(Ritual.active)))
    kinds = {ritual.kind for ritual in active}
    found: list[tuple[date, Coming]] = []
    if RitualKind.BIRTHDAY in kinds:
        day = next_birthday(member, today - timedelta(days=1))
        found += [(day, Coming(_moment(day), RitualKind.BIRTHDAY))] if day else []
    if RitualKind.JOINING_DAY in kinds:
        found.append(_joining_day(member, today))
    if RitualKind.PRODUCT_DAY in kinds:
        found += _product_days(member_id, today)
    holidays = [ritual for ritual in active if ritual.kind is RitualKind.HOLIDAY]
    found += _holidays(holidays, member_id, today) if holidays else []
    return [coming for _day, coming in sorted(found, key=lambda pair: pair[0])[:MOST]]


def greeted_days(member_id: str, after: str | None) -> Page[Greeted]:
    """What was greeted, the newest first, with what was given. One query."""
    statement = (
        sa.select(Greeting, Greeting.at, Greeting.id, Ritual, CouponPool.name_zh, CouponPool.name_en)
        .join(Ritual, Ritual.id == Greeting.ritual_id)
        .outerjoin(Coupon, Coupon.id == Greeting.coupon_id)
        .outerjoin(CouponPool, CouponPool.id == Coupon.pool_id)
        .where(Greeting.member_id == member_id)
    )
    page = keyset_page(statement, (Greeting.at, Greeting.id), cursor=after, scalars=False)
    rows = [
        Greeted(row.Greeting, row.Ritual, spoken(row.name_zh or "", row.name_en or "")) for row in page.items
    ]
    return Page(rows, page.next_cursor)


# ------------------------------------------------------------------ inside


def _joining_day(member: Member, today: date) -> tuple[date, Coming]:
    joined = brand.shop_day(member.joined_at)
    day = days.next_yearly(joined, today)
    return day, Coming(_moment(day), RitualKind.JOINING_DAY, years=day.year - joined.year)


def _product_days(member_id: str, today: date) -> Iterator[tuple[date, Coming]]:
    """Each product once, those that came first before those that came on the same day of a later year."""
    by_day: dict[date, list[tuple[date, str]]] = defaultdict(list)
    for first in firsts_of([member_id]):
        came = brand.shop_day(first.at)
        by_day[days.next_yearly(came, today)].append((came, first.product_id))
    nearest = sorted(by_day)[:MOST]
    ids = {product_id for day in nearest for _came, product_id in by_day[day]}
    products = {
        product.id: product.name
        for product in db.session.scalars(sa.select(Product).where(Product.id.in_(ids)))
    }
    for day in nearest:
        for came, product_id in by_day[day]:
            name = products[product_id]
            yield day, Coming(_moment(day), RitualKind.PRODUCT_DAY, name, day.year - came.year)


def _holidays(holidays: list[Ritual], member_id: str, today: date) -> Iterator[tuple[date, Coming]]:
    """Those that reach this member, as they stand today."""
    paid = sa.select(Span.tier_id).where(Span.member_id == member_id, in_force(clock.now()))
    earned = sa.select(Standing.tier_id).where(Standing.member_id == member_id)
    mine = {None, *db.session.scalars(sa.union(paid, earned))}
    for ritual in holidays:
        day = days.next_of(ritual, today) if ritual.tier_id in mine else None
        if day is not None:
            yield day, Coming(_moment(day), RitualKind.HOLIDAY, ritual.name)


def _moment(day: date) -> datetime:
    return clock.day_start(day, brand.current().time_zone)
