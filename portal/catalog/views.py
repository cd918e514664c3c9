"""The shelves and the products, as visitors see them, and what a member made possible."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from portal.accounts.queries import get_profile
from portal.catalog import queries
from portal.catalog.models import Category
from portal.catalog.queries import ProductCard
from portal.catalog.queries.selling import shop_of
from portal.catalog.shelves import Shelves, load_shelves
from portal.core.access import public, viewer
from portal.core.links import absolute
from portal.core.media import photo_url
from portal.core.paging import Page
from portal.core.web import page
from portal.core.words import told

bp = Blueprint("catalog", __name__)

#: on the product's own page; the rest stands on pages of their own
FIRST_VERSIONS, FIRST_CREDITS = 3, 6


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
    """One product: pictures, story, colours, what became different, whom it owes something. Stories and all that rooms above
    have to say come by themselves.
    """
    me = viewer()
    found = queries.get_product(slug, viewer=me)
    shelves, pictures = load_shelves(), queries.pictures_of(found)
    return page(
        "catalog/product.html",
        product=found,
        pictures=pictures,
        picture_address=absolute(photo_url(pictures[0].id, 800)) if pictures else "",
        story=told(found.story_zh, found.story_en),
        path=shelves.path_to(shelves.by_id(found.category_id)),
        shop=shop_of(found, me),
        colors=queries.colors_of([found.id])[found.id],
        versions=queries.versions_of(found.id, limit=FIRST_VERSIONS),
        credits=queries.credits_of(found.id, me, limit=FIRST_CREDITS),
    )


@bp.get("/products/<slug>/versions")
@public
def versions(slug: str) -> Response:
    """How a product changed, the newest first."""
    found, after = queries.get_product(slug, viewer=viewer()), request.args.get("after")
    return page(
        "catalog/versions.html",
        block="version_page" if after else None,
        product=found,
        versions=queries.versions_of(found.id, cursor=after),
    )


@bp.get("/products/<slug>/credits")
@public
def credits(slug: str) -> Response:
    """To whom a product owes something, the newest first."""
    me, after = viewer(), request.args.get("after")
    found = queries.get_product(slug, viewer=me)
    return page(
        "catalog/credits.html",
        block="credit_page" if after else None,
        product=found,
        credits=queries.credits_of(found.id, me, cursor=after),
    )


@bp.get("/members/<member_id>/made")
@public
def made_by(member_id: str) -> Response:
    """What a member made possible: a piece of their page, or a page of its own."""
    me, after = viewer(), request.args.get("after")
    member = get_profile(me, member_id)
    return page(
        "catalog/made_by.html",
        block="made_page" if after else "made",
        member=member,
        mine=me is not None and me.id == member.id,
        credits=queries.made_by(member.id, cursor=after),
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
