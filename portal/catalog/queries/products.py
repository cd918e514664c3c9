"""Reads of products. What visitors get never holds a hidden one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.catalog.rules import OWNER, may_see_product
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.media.queries import photos_of
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.core.words import spoken


@dataclass(frozen=True, slots=True)
class Picture:
    """A prepared photo, as the photo macro wants it."""

    id: str
    width: int
    height: int
    color: str | None
    alt: str


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product on a shelf or in a list."""

    id: str
    slug: str
    name_zh: str
    name_en: str
    category_id: str
    shown: bool
    created_at: datetime
    picture: Picture | None

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class ProductName:
    """Just enough to name a product and lead to it."""

    id: str
    slug: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)


# ------------------------------------------------------------------ one product


def get_product(slug: str, *, viewer: Viewer | None = None) -> Product:
    """The product at this address. NotFound when there is none that this viewer may see."""
    product = db.session.scalar(sa.select(Product).where(Product.slug == slug))
    if product is None or not may_see_product(viewer, product):
        raise NotFound(_("We do not have this product (any more)."))
    return product


def get_product_by_id(product_id: str) -> Product:
    """For those who keep the shelves: hidden or not. NotFound."""
    product = db.session.get(Product, product_id)
    if product is None:
        raise NotFound(_("We do not have this product (any more)."))
    return product


def find_picture(product: Product) -> Picture | None:
    """The picture that stands for it, if it is ready."""
    photo = db.session.get(Photo, product.picture) if product.picture else None
    return _picture(photo, product.name) if photo else None


def pictures_of(product: Product) -> list[Picture]:
    """All that visitors see: the one that stands for it first, the others in their order. One query."""
    photos = sorted(photos_of(OWNER, product.id), key=lambda photo: photo.id != product.picture)
    shown = (_picture(photo, product.name) for photo in photos if photo.id != product.next_picture)
    return [picture for picture in shown if picture]


def _picture(photo: Photo, name: str) -> Picture | None:
    if not photo.is_ready or photo.width is None or photo.height is None:
        return None
    return Picture(photo.id, photo.width, photo.height, photo.color, photo.alt or name)


# ------------------------------------------------------------------ several


def shelf(
    category_ids: Iterable[str],
    *,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
    hidden_too: bool = False,
) -> Page[ProductCard]:
    """Products of these categories in the order of the categories, within each newest first. One query.

    The few categories are known before, so their order is part of the statement and the page stays a keyset page.
    """
    ids = list(category_ids)
    if not ids:
        return Page([], None)
    places = {category_id: -place for place, category_id in enumerate(ids)}
    place = sa.case(places, value=Product.category_id, else_=-len(ids)).label("place")
    statement = _cards().add_columns(place).where(Product.category_id.in_(ids))
    if not hidden_too:
        statement = statement.where(Product.shown)
    page = keyset_page(
        statement,
        (place, Product.created_at, Product.id),
        cursor=cursor,
        limit=limit,
        scalars=False,
    )
    return Page([_card(row) for row in page.items], page.next_cursor)


def newest_products(limit: int) -> list[ProductCard]:
    """The last products put on the shelves, with a picture first: for the front page."""
    statement = (
        _cards().where(Product.shown).order_by(Product.created_at.desc(), Product.id.desc()).limit(limit)
    )
    return [_card(row) for row in db.session.execute(statement)]


def products_for_choice() -> list[ProductName]:
    """All shown products by name, for a list to choose from."""
    names = [_name(row) for row in db.session.execute(_names().where(Product.shown))]
    return sorted(names, key=lambda product: product.name.casefold())


def products_named(product_ids: Iterable[str]) -> dict[str, ProductName]:
    """The names of these products, hidden ones too (a story keeps naming what it is about). One query."""
    ids = set(product_ids)
    if not ids:
        return {}
    return {row.id: _name(row) for row in db.session.execute(_names().where(Product.id.in_(ids)))}


def counts_by_category(*, hidden_too: bool = False) -> dict[str, int]:
    """How many products stand directly in each category that has any."""
    statement = sa.select(Product.category_id, sa.func.count().label("number")).group_by(Product.category_id)
    if not hidden_too:
        statement = statement.where(Product.shown)
    return {row.category_id: row.number for row in db.session.execute(statement)}


# ------------------------------------------------------------------ inside


def _names() -> sa.Select[str, str, str, str]:
    return sa.select(Product.id, Product.slug, Product.name_zh, Product.name_en)


def _name(row: sa.Row[str, str, str, str]) -> ProductName:
    return ProductName(row.id, row.slug, row.name_zh, row.name_en)


def _cards() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Product.id,
        Product.slug,
        Product.name_zh,
        Product.name_en,
        Product.category_id,
        Product.shown,
        Product.created_at,
        Photo.id.label("photo_id"),
        Photo.width,
        Photo.height,
        Photo.color,
        Photo.alt,
    ).outerjoin(Photo, sa.and_(Photo.id == Product.picture, Photo.state == PhotoState.READY))


def _card(row: sa.Row[*tuple[Any, ...]]) -> ProductCard:
    picture = Picture(row.photo_id, row.width, row.height, row.color, row.alt) if row.photo_id else None
    return ProductCard(
        row.id, row.slug, row.name_zh, row.name_en, row.category_id, row.shown, row.created_at, picture
    )
