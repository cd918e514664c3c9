"""The codes of the shop, and the products of ours they stand for."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.orders.models import OrderLine, ProductCode


class CodeRow(NamedTuple):
    """A code, what the shop calls it, how many lines hold it, and the product it stands for."""

    sku: str
    title: str
    lines: int
    product_id: str | None


def codes(*, unnamed: bool = False, cursor: str | None = None) -> Page[CodeRow]:
    """Every code that orders hold, by code; ``unnamed``: only those of which we know no product. One query."""
    sold = (
        sa.select(
            OrderLine.sku.label("sku"),
            sa.func.max(OrderLine.product).label("title"),
            sa.func.count().label("lines"),
        )
        .where(OrderLine.sku != "")
        .group_by(OrderLine.sku)
        .subquery()
    )
    code: Any = sold.c.sku
    statement: sa.Select[*tuple[Any, ...]] = sa.select(
        code, sold.c.title, sold.c.lines, ProductCode.product_id
    ).outerjoin(ProductCode, ProductCode.sku == sold.c.sku)
    if unnamed:
        statement = statement.where(ProductCode.product_id.is_(None))
    page = keyset_page(statement, (code,), cursor=cursor, limit=PAGE_SIZE, ascending=True, scalars=False)
    return Page([CodeRow._make(row) for row in page.items], page.next_cursor)


def is_sold(sku: str) -> bool:
    """Whether any order holds this code."""
    return bool(db.session.scalar(sa.select(sa.exists().where(OrderLine.sku == sku))))
