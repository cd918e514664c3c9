"""The demo's drops: one came two weeks ago, one comes next Tuesday, and some wait for it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.queries import find_member_by_email, viewer_of
from portal.catalog.models import Product, ProductColor
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict
from portal.drops.models import Drop
from portal.drops.queries.studio import next_slots
from portal.drops.services import items, making, reminding
from portal.drops.services.items import ItemWords
from portal.drops.services.making import Words

KEEPER = "manager@demo.example"
WAITING = ("xiaoman@demo.example", "coco@demo.example")
SHOP = "https://shop.example/zhaohe"
#: what comes: full price and price for members, in fen
PRICES = ((19800, 17800), (32800, 29800), (46800, None))
COMING = Words(
    name_zh="初雪系列",
    name_en="First snow",
    lead_zh="三只包，给清晨五点就出门的人，和走进第一场雪的人。",
    lead_en="Three bags for the hour before the light, and for whoever walks out into the first snow.",
)
BEFORE = Words(
    name_zh="秋收系列",
    name_en="Harvest",
    lead_zh="麦子收完的那一周，我们把田埂的颜色带回了工坊。",
    lead_en="In the week after the wheat was in, we brought the colours of the fields home to the workshop.",
)
LAST = timedelta(days=15)


def load() -> None:
    """Inside the transaction of ``flask demo load``, after the products."""
    keeper = _person(KEEPER)
    products = list(db.session.scalars(sa.select(Product).order_by(Product.created_at.desc(), Product.id)))
    with clock.travel(clock.now() - LAST):
        _make(BEFORE, next_slots()[0], products[3:5], keeper)
    ahead = next_slots()[0]
    with clock.travel(clock.now() - timedelta(hours=3)):
        coming = _make(COMING, ahead, products[:3], keeper)
    for address in WAITING:
        with suppress(Conflict):  # in the last two days it is open already for who is let in first
            reminding.ask(coming, by=_person(address))


def _make(words: Words, slot: datetime, products: list[Product], keeper: Viewer) -> Drop:
    """In this slot, with each product in its first colour."""
    drop = making.create_drop(words, slot, by=keeper)
    colors = _first_colors([product.id for product in products])
    for product, (price, member_price) in zip(products, PRICES, strict=False):
        item = ItemWords(product.id, colors.get(product.id), price, member_price, f"{SHOP}/{product.slug}")
        items.add_item(drop, item, by=keeper)
    making.publish(drop, by=keeper)
    return drop


def _first_colors(product_ids: list[str]) -> dict[str, str]:
    wanted = sa.select(ProductColor).where(ProductColor.product_id.in_(product_ids))
    found: dict[str, str] = {}
    for color in db.session.scalars(wanted.order_by(ProductColor.position, ProductColor.id)):
        found.setdefault(color.product_id, color.id)
    return found


def _person(address: str) -> Viewer:
    member = find_member_by_email(address)
    if member is None:
        raise LookupError(f"the demo's people come first: {address} is missing")
    return viewer_of(member.id)
