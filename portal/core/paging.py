"""Keyset pages: every list in the portal, at the same cost on page 1 and on page 400."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.db import db

PAGE_SIZE = 24


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows and the cursor of the next ones (None on the last page)."""

    items: list[Item]
    next_cursor: str | None


def keyset_page(
    statement: sa.Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    *,
    cursor: str | None,
    limit: int = PAGE_SIZE,
    ascending: bool = False,
    scalars: bool = True,
) -> Page[Any]:
    """One page of ``statement`` ordered by ``columns`` (newest first unless ``ascending``), after ``cursor``.

    ``columns`` must be unique together and not null. A cursor that cannot be read counts as the first page: it
    comes from an address that people may cut or bend. With ``scalars=False`` the rows keep all selected columns,
    and the key columns must be among them by name.
    """
    after = _decode(cursor, columns)
    if after is not None:
        key = sa.tuple_(*columns)
        bound = sa.tuple_(*[sa.bindparam(None, value, type_=column.type) for value, column in zip(after, columns, strict=True)])
        statement = statement.where(key > bound if ascending else key < bound)
    order = [column.asc() if ascending else column.desc() for column in columns]
    result = db.session.execute(statement.order_by(*order).limit(limit + 1))
    rows = list(result.scalars()) if scalars else list(result)
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], _encode([getattr(last, column.key) for column in columns]))


def _encode(values: list[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    packed = json.dumps(plain, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _decode(cursor: str | None, columns: Sequence[InstrumentedAttribute[Any]]) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_revive(value, column) for value, column in zip(values, columns, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        return None


def _revive(value: Any, column: InstrumentedAttribute[Any]) -> Any:
    """The value as the column keeps it; ValueError when the cursor does not fit the list."""
    kind = column.type.python_type
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a cursor's moment has its zone")
        return moment
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError("not a value of this column")
    return value
