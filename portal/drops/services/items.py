"""What comes in a drop: products and colours with their prices. Fixed once it opens for the first member."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.catalog.models import Product, ProductColor
from portal.catalog.rules import is_shop_url
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.drops import rules
from portal.drops.models import Drop, DropItem
from portal.drops.services import holding


@dataclass(frozen=True, slots=True)
class ItemWords:
    """Prices in minor units of the brand's currency; ``member_price`` None: the same for all."""

    product_id: str
    color_id: str | None
    price: int
    member_price: int | None
    shop_url: str


def add_item(drop: Drop, words: ItemWords, *, by: Viewer) -> DropItem:
    """One more thing comes. Raises Invalid beside the field (also for what it holds already), Conflict once it opened for the first member. Audited."""
    _hold(drop, by)
    rows = _rows(drop)
    if len(rows) >= rules.MOST_ITEMS:
        raise Invalid(_("A drop holds at most %(most)s things.", most=rules.MOST_ITEMS), field="what")
    _check(drop, words, rows, but=None)
    item = DropItem(
        drop_id=drop.id,
        position=max((row.position for row in rows), default=-1) + 1,
        currency=brand.current().currency,
    )
    _write(item, words)
    db.session.add(item)
    holding.note("item_added", drop, by, product=words.product_id)
    return item


def change_item(drop: Drop, item_id: str, words: ItemWords, *, seen: int, by: Viewer) -> None:
    """Raises as :func:`add_item`, NotFound when it is gone, and Conflict when a colleague changed the drop. Audited."""
    _hold(drop, by, seen=seen)
    rows = _rows(drop)
    item = _find(rows, item_id)
    _check(drop, words, rows, but=item)
    _write(item, words)
    item.currency = brand.current().currency
    holding.note("item_changed", drop, by, product=words.product_id, price=words.price)


def remove_item(drop: Drop, item_id: str, *, by: Viewer) -> None:
    """It does not come. Raises NotFound; Conflict once it opened, and for the last thing of what everybody sees. Audited."""
    _hold(drop, by)
    rows = _rows(drop)
    item = _find(rows, item_id)
    if drop.is_public and len(rows) == 1:
        raise Conflict(_("This is all that comes. Add something first, or cancel the drop."))
    db.session.delete(item)
    holding.note("item_removed", drop, by, product=item.product_id)


def raise_item(drop: Drop, item_id: str, *, by: Viewer) -> None:
    """One place up; past the top nothing happens. Raises NotFound, Conflict once it opened."""
    _hold(drop, by)
    rows = _rows(drop)
    place = rows.index(_find(rows, item_id))
    rows.insert(max(place - 1, 0), rows.pop(place))
    for position, row in enumerate(rows):
        row.position = position
    holding.note("items_ordered", drop, by)


# ------------------------------------------------------------------ inside


def _hold(drop: Drop, by: Viewer, *, seen: int | None = None) -> None:
    holding.hold(drop, by, seen=seen)
    holding.must_be_closed(drop)


def _rows(drop: Drop) -> list[DropItem]:
    mine = sa.select(DropItem).where(DropItem.drop_id == drop.id)
    return list(db.session.scalars(mine.order_by(DropItem.position, DropItem.id)))


def _find(rows: list[DropItem], item_id: str) -> DropItem:
    found = next((row for row in rows if row.id == item_id), None)
    if found is None:
        raise NotFound(_("This is not here any more."))
    return found


def _write(item: DropItem, words: ItemWords) -> None:
    item.product_id, item.color_id = words.product_id, words.color_id
    item.price, item.member_price = words.price, words.member_price
    item.shop_url = words.shop_url


def _check(drop: Drop, words: ItemWords, rows: list[DropItem], *, but: DropItem | None) -> None:
    color = db.session.get(ProductColor, words.color_id) if words.color_id else None
    known = db.session.get(Product, words.product_id) is not None
    if not known or (words.color_id and (color is None or color.product_id != words.product_id)):
        raise Invalid(_("Please choose one."), field="what")
    here = {(row.product_id, row.color_id) for row in rows if row is not but}
    if (words.product_id, words.color_id) in here:
        raise Invalid(_("It is in this drop already."), field="what")
    if words.member_price is not None and words.member_price > words.price:
        raise Invalid(_("Members never pay more than others."), field="member_price")
    if words.shop_url and not is_shop_url(words.shop_url):
        raise Invalid(_("Please give a whole address, beginning with https://"), field="shop_url")
