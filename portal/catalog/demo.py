"""The demo's shelves and bags; their pictures are drawn and go through the same room as any upload."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from portal.accounts.queries import find_member_by_email, viewer_of
from portal.catalog.models import Category
from portal.catalog.services import create_category, create_product, set_picture
from portal.core import clock
from portal.core.access import Viewer
from portal.core.media.services import stage_upload

if TYPE_CHECKING:
    from portal.demo.texts_types import Product

KEEPER = "manager@demo.example"
PICTURE = (1200, 1500)
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
    from portal.demo.art import as_jpeg, draw_product

    with clock.travel(moment):
        row = create_product(
            by=None,
            slug=product.slug,
            name_zh=product.name.zh,
            name_en=product.name.en,
            category_id=category.id,
            story_zh=product.story.zh,
            story_en=product.story.en,
            shown=True,
        )
    seed = sum(product.slug.encode())
    drawn = as_jpeg(draw_product(seed, product.shape, product.color, PICTURE))
    set_picture(row, stage_upload(io.BytesIO(drawn)), by=keeper)
