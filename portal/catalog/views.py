"""The shelves and the products, as visitors see them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from portal.catalog import queries
from portal.catalog.models import Category
from portal.catalog.queries import ProductCard
from portal.catalog.shelves import Shelves, load_shelves
from portal.core.access import public, viewer
from portal.core.links import absolute
from portal.core.media import photo_url
from portal.core.paging import Page
from portal.core.web import page
from portal.core.words import told

bp = Blueprint("catalog", __name__)


@dataclass(frozen=True)
class Group:
    """Products that stand together under one heading."""

    category: Category
    products: list[ProductCard]


@bp.get("/products")
@public
def products() -> Response:
    """All products by shelf, or those of one shelf; the next page comes without the chips."""
    block = "shelf_page" if request.args.get("after") else "product_list"
    return page("catalog/products.html", block=block, **_products_context())


@bp.get("/products/<slug>")
@public
def product(slug: str) -> Response:
    """One product: picture, story, shelf; its stories come by themselves, from another room."""
    found = queries.get_product(slug, viewer=viewer())
    shelves, picture = load_shelves(), queries.find_picture(found)
    return page(
        "catalog/product.html",
        product=found,
        picture=picture,
        picture_address=absolute(photo_url(picture.id, 800)) if picture else "",
        story=told(found.story_zh, found.story_en),
        path=shelves.path_to(shelves.by_id(found.category_id)),
    )


def _products_context() -> dict[str, Any]:
    shelves, counts = load_shelves(), queries.counts_by_category()
    slug = request.args.get("category", "")
    chosen = shelves.get(slug) if slug else None
    ids = shelves.ids_under(chosen) if chosen else shelves.ids
    found = queries.shelf(ids, cursor=request.args.get("after"))
    groups = _groups(found, shelves, chosen)
    return {
        "shelves": shelves,
        "counts": counts,
        "total": sum(counts.get(category_id, 0) for category_id in ids),
        "all_total": sum(counts.values()),
        "chosen": chosen,
        "branch": shelves.branch_of(chosen) if chosen else None,
        "groups": groups,
        "next_cursor": found.next_cursor,
        "continued": request.args.get("in", ""),
    }


def _groups(found: Page[ProductCard], shelves: Shelves, chosen: Category | None) -> list[Group]:
    """On the page of all shelves products stand under their top shelf, on a shelf's own page under the lower ones."""

    def heading(card: ProductCard) -> Category:
        category = shelves.by_id(card.category_id)
        return category if chosen else shelves.branch_of(category).category

    return [
        Group(shelves.by_id(category_id), list(cards))
        for category_id, cards in groupby(found.items, key=lambda card: heading(card).id)
    ]
