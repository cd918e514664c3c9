"""What lists to choose from offer: everything there is, hidden things too, in the order in which it is looked for."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from portal.catalog.models import Product, ProductColor, ProductVersion
from portal.catalog.rules import choice_of
from portal.catalog.shelves import load_shelves
from portal.core.db import db
from portal.core.words import spoken

_PRODUCT = (Product.id, Product.name_zh, Product.name_en)


def products_with_colors() -> list[tuple[str, str]]:
    """Products by name, each before its colours: what :func:`choice_of` makes, and what it is called. One query."""
    statement = (
        sa.select(*_PRODUCT, ProductColor.id, ProductColor.name_zh, ProductColor.name_en, ProductColor.swatch)
        .outerjoin(ProductColor, ProductColor.product_id == Product.id)
        .order_by(Product.id, ProductColor.position, ProductColor.id)
    )
    rows = db.session.execute(statement)
    return _by_name(
        (product, spoken(zh, en), color, color and (spoken(color_zh, color_en) or swatch))
        for product, zh, en, color, color_zh, color_en, swatch in rows
    )


def products_with_versions() -> list[tuple[str, str]]:
    """The same with versions, the newest first. One query."""
    statement = (
        sa.select(*_PRODUCT, ProductVersion.id, ProductVersion.label)
        .outerjoin(ProductVersion, ProductVersion.product_id == Product.id)
        .order_by(Product.id, ProductVersion.released_on.desc(), ProductVersion.id)
    )
    rows = db.session.execute(statement)
    return _by_name((product, spoken(zh, en), version, label) for product, zh, en, version, label in rows)


def shelves_to_choose() -> list[tuple[str, str]]:
    """Shelves by id and name, each top one before those under it. One query."""
    return load_shelves().choices()


def _by_name(rows: Iterable[tuple[str, str, str | None, str | None]]) -> list[tuple[str, str]]:
    """Of each row: product and its name, part and its name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for product, name, part, part_name in rows:
        mine = found.setdefault(product, [(choice_of(product), name)])
        if part is not None:
            mine.append((choice_of(product, part), f"{name} · {part_name}"))
    by_name = sorted(found.values(), key=lambda mine: mine[0][1].casefold())
    return [choice for mine in by_name for choice in mine]
