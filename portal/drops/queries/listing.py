"""Drops as visitors find them: what comes, what was, the next one, and what a search finds. Drafts are in none of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.drops.models import Drop, DropItem, DropReminder
from portal.drops.queries.items import Item, items_of
from portal.drops.rules import FRESH, Stage, may_see, may_shop, opens_for, stage_of
from portal.membership.models import Perk, TierPerk
from portal.membership.queries.access import perks_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A drop as one viewer sees it. ``opens_at``: for them; ``asked``: they want to be reminded."""

    drop: Drop
    opens_at: datetime
    asked: bool
    items: list[Item]
    now: datetime

    @property
    def stage(self) -> Stage:
        return stage_of(self.drop, self.opens_at, self.now)

    @property
    def is_early(self) -> bool:
        """Whether it opens for them before it opens for everybody."""
        return self.opens_at < self.drop.starts_at

    @property
    def may_shop(self) -> bool:
        return may_shop(self.drop, self.opens_at, self.now)


def early_hours_of(viewer: Viewer | None) -> int:
    """The hours that a member is let in earlier; nothing for visitors. One query for members."""
    return perks_of(viewer.id)[Perk.EARLY_ACCESS_HOURS] if viewer else 0


def most_early_hours() -> int:
    """The most hours that any tier lets its members in earlier. One query."""
    most = sa.select(sa.func.max(TierPerk.value)).where(TierPerk.kind == Perk.EARLY_ACCESS_HOURS)
    return db.session.scalar(most) or 0


def get_drop(slug: str, viewer: Viewer | None) -> Drop:
    """The drop at this address. Raises NotFound when there is none that this viewer may see."""
    drop = db.session.scalar(sa.select(Drop).where(Drop.slug == slug))
    if drop is None or not may_see(viewer, drop):
        raise NotFound(_("There is no such drop."))
    return drop


def get_shown(slug: str, viewer: Viewer | None) -> Shown:
    """The same as this viewer sees it. Raises NotFound. Four queries for members, two for visitors."""
    drop = get_drop(slug, viewer)
    asked = viewer is not None and db.session.get(DropReminder, (drop.id, viewer.id)) is not None
    opens_at = opens_for(drop.starts_at, early_hours_of(viewer))
    return Shown(drop, opens_at, asked, items_of([drop.id]).get(drop.id, []), clock.now())


def coming(viewer: Viewer | None, *, product_id: str | None = None, cursor: str | None = None) -> Page[Shown]:
    """What opens, the next first, with what opened since yesterday; cancelled ones say so. Three queries at most."""
    fresh = Drop.starts_at > clock.now() - FRESH
    return _page(viewer, fresh, *_holding(product_id), cursor=cursor, ascending=True)


def past(viewer: Viewer | None, *, product_id: str | None = None, cursor: str | None = None) -> Page[Shown]:
    """What came, the latest first. Three queries at most."""
    over = sa.and_(Drop.starts_at <= clock.now() - FRESH, Drop.cancelled_at.is_(None))
    return _page(viewer, over, *_holding(product_id), cursor=cursor)


def next_drop() -> Shown | None:
    """What opens next, as a visitor sees it. Two queries."""
    ahead = sa.and_(Drop.starts_at > clock.now(), Drop.cancelled_at.is_(None))
    found = _page(None, ahead, cursor=None, limit=1, ascending=True).items
    return found[0] if found else None


def announced() -> list[datetime]:
    """When the announced drops start that come. One light query."""
    ahead = Drop.published_at.is_not(None) & Drop.cancelled_at.is_(None) & (Drop.starts_at > clock.now())
    return list(db.session.scalars(sa.select(Drop.starts_at).where(ahead)))


def find_drops(words: str, viewer: Viewer | None, cursor: str | None = None) -> Page[Drop]:
    """Drops whose name or first words hold all of these words, the latest first. One query."""
    said = (Drop.name_zh, Drop.name_en, Drop.lead_zh, Drop.lead_en)
    each = [sa.or_(*(column.icontains(word, autoescape=True) for column in said)) for word in words.split()]
    statement = sa.select(Drop).where(Drop.published_at.is_not(None), *each)
    return keyset_page(statement, (Drop.starts_at, Drop.id), cursor=cursor)


# ------------------------------------------------------------------ inside


def _holding(product_id: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    if product_id is None:
        return ()
    return (sa.exists().where(DropItem.drop_id == Drop.id, DropItem.product_id == product_id),)


def _page(
    viewer: Viewer | None,
    *which: Any,
    cursor: str | None,
    limit: int = PAGE_SIZE,
    ascending: bool = False,
) -> Page[Shown]:
    """The two key columns stand by name beside the drop, as pages want them."""
    statement = sa.select(Drop, Drop.starts_at, Drop.id, _asked(viewer).label("asked"))
    page = keyset_page(
        statement.where(Drop.published_at.is_not(None), *which),
        (Drop.starts_at, Drop.id),
        cursor=cursor,
        limit=limit,
        ascending=ascending,
        scalars=False,
    )
    return Page(_all(page.items, viewer), page.next_cursor)


def _asked(viewer: Viewer | None) -> sa.ColumnElement[bool]:
    if viewer is None:
        return sa.false()
    return sa.exists().where(DropReminder.drop_id == Drop.id, DropReminder.member_id == viewer.id)


def _all(rows: Iterable[Any], viewer: Viewer | None) -> list[Shown]:
    found = list(rows)
    if not found:
        return []
    early, now = early_hours_of(viewer), clock.now()
    items = items_of([row.Drop.id for row in found])
    return [
        Shown(
            row.Drop,
            opens_for(row.Drop.starts_at, early),
            bool(row.asked),
            items.get(row.Drop.id, []),
            now,
        )
        for row in found
    ]
