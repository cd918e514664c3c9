"""The demo's shelves and bags, in their colours and versions; pictures are drawn and go through the same room as any upload."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from portal.accounts.queries import find_member_by_email, viewer_of
from portal.catalog.models import Category
from portal.catalog.models import Product as Row
from portal.catalog.services import (
    add_color,
    add_picture,
    add_version,
    create_category,
    create_product,
    set_picture,
)
from portal.core import clock
from portal.core.access import Viewer
from portal.core.media.services import stage_upload

if TYPE_CHECKING:
    from portal.demo.texts_types import Product

KEEPER = "manager@demo.example"
PICTURE = (1200, 1500)
#: an address nobody has
SHOP = "https://shop.zhaohe.example/"
#: the bags came out one after the other, the last one a few days ago
BETWEEN = timedelta(days=41)
SINCE_LAST = timedelta(days=6)


def load() -> None:
    """Inside the transaction of ``flask demo load``; afterwards the worker prepares the pictures."""
    from portal.demo.texts import CATEGORIES, PRODUCTS  # drawings and texts are only needed here

    member = find_member_by_email(KEEPER)
    if member is None:
        raise LookupError(f"the demo's people come first: {KEEPER} is missing")
    keeper = viewer_of(member.id)
    shelves: dict[str, Category] = {}
    for place, category in enumerate(CATEGORIES):
        shelves[category.slug] = create_category(
            by=None,
            slug=category.slug,
            name_zh=category.name.zh,
            name_en=category.name.en,
            parent_id=shelves[category.parent].id if category.parent else None,
            position=place,
        )
    for age, product in enumerate(reversed(PRODUCTS)):
        _put_on_shelf(product, shelves[product.category], keeper, clock.now() - SINCE_LAST - age * BETWEEN)


def _put_on_shelf(product: Product, category: Category, keeper: Viewer, moment: datetime) -> None:
    with clock.travel(moment):
        row = create_product(
            by=None,
            slug=product.slug,
            name_zh=product.name.zh,
            name_en=product.name.en,
            category_id=category.id,
            story_zh=product.story.zh,
            story_en=product.story.en,
            shop_url=SHOP + product.slug,
            shown=True,
        )
    set_picture(row, stage_upload(_drawn(product, product.color)), by=keeper)
    _dye(row, product, keeper)
    _revise(row, product.slug)


def _dye(row: Row, product: Product, keeper: Viewer) -> None:
    """The colours it is made in, some with a picture of their own."""
    from portal.demo.art.palette import COLORS
    from portal.demo.dyes import DYES, MORE_DYES

    pictured, others = MORE_DYES[product.slug]
    for color in (product.color, *pictured, *others):
        name = DYES[color]
        swatch = "#" + bytes(COLORS[color]).hex()
        add_color(row, by=None, name_zh=name.zh, name_en=name.en, swatch=swatch)
    for color in pictured:
        add_picture(row, stage_upload(_drawn(product, color)), by=keeper)


def _revise(row: Row, slug: str) -> None:
    from portal.demo.dyes import REVISIONS

    for revision in REVISIONS.get(slug, ()):
        add_version(
            row,
            by=None,
            label=revision.label,
            note_zh=revision.note.zh,
            note_en=revision.note.en,
            released_on=(clock.now() - timedelta(days=revision.days_ago)).date(),
        )


def _drawn(product: Product, color: str) -> io.BytesIO:
    from portal.demo.art import as_jpeg, draw_product

    seed = sum(product.slug.encode())
    return io.BytesIO(as_jpeg(draw_product(seed, product.shape, color, PICTURE)))
