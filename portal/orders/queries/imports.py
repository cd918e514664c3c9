"""Files of orders, and what is wrong with their rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.orders.models import OrderImport, OrderImportRow

ROWS_ON_PAGE = 50


class WrongRow(NamedTuple):
    """A row that cannot be used; ``errors`` are [code, values]."""

    line: int
    order_no: str
    errors: list[Any]


def newest_imports(*, cursor: str | None = None) -> Page[OrderImport]:
    return keyset_page(sa.select(OrderImport), (OrderImport.created_at, OrderImport.id), cursor=cursor)


def get_import(import_id: str) -> OrderImport:
    """The file, or NotFound."""
    held = db.session.get(OrderImport, import_id)
    if held is None:
        raise NotFound(_("There is no such file."))
    return held


def wrong_rows(import_id: str, *, cursor: str | None = None, limit: int = ROWS_ON_PAGE) -> Page[WrongRow]:
    """Rows that cannot be used, by line. Rows of an order that another row spoils are not among them. One query."""
    statement = sa.select(OrderImportRow.line, OrderImportRow.order_no, OrderImportRow.errors).where(
        OrderImportRow.import_id == import_id, sa.text("wrong")
    )
    page = keyset_page(
        statement, (OrderImportRow.line,), cursor=cursor, limit=limit, ascending=True, scalars=False
    )
    return Page([WrongRow._make(row) for row in page.items], page.next_cursor)
