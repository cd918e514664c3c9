"""Whose day it is: the members whom a ritual still has to greet today, some at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from portal.accounts.birthdays import Kept, kept_on
from portal.accounts.models import Member, MemberState
from portal.brand import queries as brand
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.core.links import path_to
from portal.membership.models import Greeting, Ritual, RitualKind, Tier
from portal.membership.queries.desk import holders
from portal.membership.rules import days
from portal.orders.queries import First, earliest_order, firsts_within

#: nobody who is suspended, erased or about to leave is greeted
PRESENT = sa.and_(Member.state == MemberState.ACTIVE, Member.erase_after.is_(None))


@dataclass(frozen=True, slots=True)
class Wish:
    """One member to greet: for which ``turn``, with which facts for the sentence, and where it leads."""

    member_id: str
    turn: int
    facts: dict[str, Any]
    path: str


def whose_day(ritual: Ritual, day: date, limit: int) -> list[Wish]:
    """The next of those whom this ritual greets on ``day`` (shop time) and has not yet; by their ids, none twice."""
    return _FINDERS[ritual.kind](ritual, day, limit)


def products_of_day(day: date) -> list[First]:
    """Whose products have their yearly day. Three queries."""
    earliest = earliest_order()
    if earliest is None:
        return []
    return firsts_within([_moments(*span) for _years, *span in days.same_days(day, _year(earliest))])


def years_since(first: First, day: date) -> int:
    return day.year - _year(first.at)


# ------------------------------------------------------------------ inside


def _birthdays(ritual: Ritual, day: date, limit: int) -> list[Wish]:
    found: list[Wish] = []
    for kept in kept_on(day):
        if not kept.birthdays:
            continue
        lately = Greeting.at > clock.now() - days.APART
        mine = sa.select(Member.id).where(
            PRESENT,
            Member.birth_calendar == kept.calendar,
            Member.joined_at < clock.day_start(day + clock.days(1), brand.current().time_zone),
            sa.or_(*_fitting(kept)),
            ~_greeted(ritual, sa.or_(Greeting.turn == kept.year, lately)),
        )
        members = db.session.scalars(mine.order_by(Member.id).limit(limit - len(found)))
        found += [Wish(member_id, kept.year, {}, path_to("membership.days")) for member_id in members]
    return sorted(found, key=lambda wish: wish.member_id)


def _fitting(kept: Kept) -> list[sa.ColumnElement[bool]]:
    return [
        sa.and_(Member.birth_month == one.month, Member.birth_day == one.day, Member.birth_leap == one.leap)
        for one in kept.birthdays
    ]


def _joining_days(ritual: Ritual, day: date, limit: int) -> list[Wish]:
    first = db.session.scalar(sa.select(sa.func.min(Member.joined_at)))
    found: list[Wish] = []
    for years, *span in days.same_days(day, _year(first)) if first else ():
        start, end = _moments(*span)
        mine = sa.select(Member.id).where(
            PRESENT,
            Member.joined_at >= start,
            Member.joined_at < end,
            ~_greeted(ritual, Greeting.turn == day.year),
        )
        members = db.session.scalars(mine.order_by(Member.id).limit(limit - len(found)))
        facts = {"years": years}
        found += [Wish(member_id, day.year, facts, path_to("membership.card")) for member_id in members]
    return sorted(found, key=lambda wish: wish.member_id)


def _product_days(ritual: Ritual, day: date, limit: int) -> list[Wish]:
    """Products of one member are one greeting: it names the one that was there first, and how many more there are."""
    turn = int(f"{day:%Y%m%d}")
    owned = {
        member_id: list(firsts)
        for member_id, firsts in groupby(products_of_day(day), lambda first: first.member_id)
    }
    ids = sorted(owned)
    mine: list[str] = []
    for start in range(0, len(ids), 500):
        some = sa.select(Member.id).where(
            Member.id.in_(ids[start : start + 500]), PRESENT, ~_greeted(ritual, Greeting.turn == turn)
        )
        mine += db.session.scalars(some.order_by(Member.id).limit(limit - len(mine)))
        if len(mine) == limit:
            break
    names = _named({owned[member_id][0].product_id for member_id in mine})
    return [_product_wish(owned[member_id], names, day, turn) for member_id in mine]


def _product_wish(owned: list[First], names: dict[str, Product], day: date, turn: int) -> Wish:
    product = names[owned[0].product_id]
    facts = {
        "years": years_since(owned[0], day),
        "name_zh": product.name_zh,
        "name_en": product.name_en,
        "more": len(owned) - 1,
        "products": sorted(first.product_id for first in owned),
    }
    return Wish(owned[0].member_id, turn, facts, path_to("catalog.product", slug=product.slug))


def _named(product_ids: set[str]) -> dict[str, Product]:
    rows = db.session.scalars(sa.select(Product).where(Product.id.in_(product_ids)))
    return {product.id: product for product in rows}


def _holiday(ritual: Ritual, day: date, limit: int) -> list[Wish]:
    """Everybody who was there before this day. The last one greeted says where it goes on, so that a killed worker loses
    nothing and no row has to keep the place."""
    turn = days.turn_of(ritual, day)
    if turn is None:
        return []
    last = sa.select(sa.func.max(Greeting.member_id)).where(
        Greeting.ritual_id == ritual.id, Greeting.turn == turn
    )
    mine = reached_by(ritual).where(
        Member.id > (db.session.scalar(last) or ""),
        Member.joined_at < clock.day_start(day, brand.current().time_zone),
    )
    names = ("name_zh", "name_en", "words_zh", "words_en")
    facts = {name: getattr(ritual, name) for name in names}
    members = db.session.scalars(mine.order_by(Member.id).limit(limit))
    return [Wish(member_id, turn, facts, path_to("membership.days")) for member_id in members]


def reached_by(holiday: Ritual) -> sa.Select[str]:
    """Ids of the members whom this holiday is for, now."""
    mine = sa.select(Member.id).where(PRESENT)
    if holiday.tier_id is None:
        return mine
    return mine.where(Member.id.in_(holders(db.session.get_one(Tier, holiday.tier_id))))


def _greeted(ritual: Ritual, which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Greeting.member_id == Member.id, Greeting.ritual_id == ritual.id, which)


def _moments(start: date, end: date) -> tuple[datetime, datetime]:
    zone = brand.current().time_zone
    return clock.day_start(start, zone), clock.day_start(end, zone)


def _year(moment: datetime) -> int:
    return brand.shop_day(moment).year


_FINDERS: dict[RitualKind, Callable[[Ritual, date, int], list[Wish]]] = {
    RitualKind.BIRTHDAY: _birthdays,
    RitualKind.JOINING_DAY: _joining_days,
    RitualKind.PRODUCT_DAY: _product_days,
    RitualKind.HOLIDAY: _holiday,
}
