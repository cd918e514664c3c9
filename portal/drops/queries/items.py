"""What comes in a drop, as pages show it: never with the address of the shop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Product, ProductColor
from portal.catalog.queries import Picture
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.money import Money
from portal.core.words import spoken
from portal.drops.models import Drop, DropItem
from portal.drops.rules import FRESH, shows_hidden


@dataclass(frozen=True, slots=True)
class Item:
    """One product of a drop, perhaps in one colour. ``sold_online``: there is an address to buy it at, once it opened.

    Its picture says nothing of its own unless somebody described it: the name stands beside it; a hidden product's stands here for
    the time that ``rules.shows_hidden`` names. ``member_price`` only where it is lower than ``price``. ``product_shown``: its own
    page is there for everybody. ``has_story``: it can be.
    """

    id: str
    product_slug: str
    product_shown: bool
    has_story: bool
    name: str
    color: str
    swatch: str
    price: Money
    member_price: Money | None
    picture: Picture | None
    sold_online: bool


def items_of(drop_ids: Iterable[str]) -> dict[str, list[Item]]:
    """The items of these drops in their order. One query."""
    wanted = sorted(set(drop_ids))
    statement = (
        sa.select(DropItem, Drop, Product, ProductColor, Photo)
        .join(Drop, Drop.id == DropItem.drop_id)
        .join(Product, Product.id == DropItem.product_id)
        .outerjoin(ProductColor, ProductColor.id == DropItem.color_id)
        .outerjoin(Photo, sa.and_(Photo.id == Product.picture, Photo.state == PhotoState.READY))
        .where(DropItem.drop_id.in_(wanted))
        .order_by(DropItem.drop_id, DropItem.position, DropItem.id)
    )
    found: dict[str, list[Item]] = {}
    now = clock.now()
    for row in db.session.execute(statement):
        found.setdefault(row.DropItem.drop_id, []).append(_item(row, now))
    return found


def shows_picture(photo_id: str) -> bool:
    """Whether an announced drop shows this picture of a product that is hidden until then. One query."""
    held = (
        sa.select(DropItem.id)
        .join(Product, Product.id == DropItem.product_id)
        .join(Drop, Drop.id == DropItem.drop_id)
        .where(Product.picture == photo_id, Drop.published_at.is_not(None))
        .where(Drop.cancelled_at.is_(None), Drop.starts_at > clock.now() - FRESH)
    )
    return bool(db.session.scalar(sa.select(held.exists())))


def get_item(drop: Drop, item_id: str) -> DropItem:
    """An item of this drop. Raises NotFound, also for one of another drop."""
    item = db.session.get(DropItem, item_id)
    if item is None or item.drop_id != drop.id:
        raise NotFound(_("This is not here any more."))
    return item


def shop_address(item: DropItem) -> str:
    """Where it can be bought; empty when nowhere online. Who asks has made sure that it opened."""
    if item.shop_url:
        return item.shop_url
    return db.session.scalar(sa.select(Product.shop_url).where(Product.id == item.product_id)) or ""


def _item(row: Any, now: datetime) -> Item:
    item, product, color, photo = row.DropItem, row.Product, row.ProductColor, row.Photo
    cheaper = item.member_price is not None and item.member_price < item.price
    name = spoken(product.name_zh, product.name_en)
    picture, seen = None, product.shown or shows_hidden(row.Drop, now)
    if seen and photo is not None and photo.width and photo.height:
        picture = Picture(photo.id, photo.width, photo.height, photo.color, photo.alt)
    return Item(
        id=item.id,
        product_slug=product.slug,
        product_shown=product.shown,
        has_story=bool(f"{product.story_zh}{product.story_en}".strip()),
        name=name,
        color=color.name if color is not None else "",
        swatch=color.swatch if color is not None else "",
        price=Money(item.price, item.currency),
        member_price=Money(item.member_price, item.currency) if cheaper else None,
        picture=picture,
        sold_online=bool(item.shop_url or product.shop_url),
    )
