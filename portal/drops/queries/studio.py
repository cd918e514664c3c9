"""Drops as those see them who make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.drops import rules
from portal.drops.models import Drop, DropItem, DropReminder


@dataclass(frozen=True, slots=True)
class Made:
    """A drop with the number of its items and of those who want to be reminded."""

    drop: Drop
    items: int
    asked: int


def get_drop_for_staff(slug: str) -> Drop:
    """Drafts too. Raises NotFound."""
    drop = db.session.scalar(sa.select(Drop).where(Drop.slug == slug))
    if drop is None:
        raise NotFound(_("There is no such drop."))
    return drop


def next_slots() -> list[datetime]:
    """The next moments at which the house's drops happen."""
    house = brand.current()
    return rules.slots(house.drop_weekday, house.drop_at, house.time_zone, clock.now())


def asked_for(drop_id: str) -> int:
    """How many want to be reminded."""
    statement = sa.select(sa.func.count()).select_from(DropReminder).where(DropReminder.drop_id == drop_id)
    return db.session.scalar(statement) or 0


def coming(cursor: str | None) -> Page[Made]:
    ahead = sa.and_(Drop.published_at.is_not(None), Drop.starts_at > clock.now())
    return _page(ahead, cursor, ascending=True)


def drafts(cursor: str | None) -> Page[Made]:
    return _page(Drop.published_at.is_(None), cursor, ascending=True)


def past(cursor: str | None) -> Page[Made]:
    """With those that were cancelled: staff look them up."""
    return _page(sa.and_(Drop.published_at.is_not(None), Drop.starts_at <= clock.now()), cursor)


#: the lists of the console by the word in their address
LISTS: dict[str, Callable[[str | None], Page[Made]]] = {"coming": coming, "draft": drafts, "past": past}


def _page(which: sa.ColumnElement[bool], cursor: str | None, *, ascending: bool = False) -> Page[Made]:
    """One query."""
    items = sa.select(sa.func.count()).select_from(DropItem).where(DropItem.drop_id == Drop.id)
    asked = sa.select(sa.func.count()).select_from(DropReminder).where(DropReminder.drop_id == Drop.id)
    statement = sa.select(
        Drop,
        Drop.starts_at,
        Drop.id,
        items.correlate(Drop).scalar_subquery().label("items"),
        asked.correlate(Drop).scalar_subquery().label("asked"),
    ).where(which)
    keys = (Drop.starts_at, Drop.id)
    page = keyset_page(statement, keys, cursor=cursor, ascending=ascending, scalars=False)
    return Page([Made(row.Drop, row.items, row.asked) for row in page.items], page.next_cursor)
