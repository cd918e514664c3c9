"""Keyset pages: every list in the portal, at the same cost on page 1 and on page 400."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.db import db

PAGE_SIZE = 24

_LONGEST_CURSOR = 400
_INTEGERS = 2**31

#: a column, or something computed with a name
Key = InstrumentedAttribute[Any] | sa.Label[Any] | sa.Column[Any]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows and the cursor of the next ones (None on the last page)."""

    items: list[Item]
    next_cursor: str | None


def keyset_page(
    statement: sa.Select[*tuple[Any, ...]],
    columns: Sequence[Key],
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
        bound = sa.tuple_(
            *[
                sa.bindparam(None, value, type_=column.type)
                for value, column in zip(after, columns, strict=True)
            ]
        )
        statement = statement.where(key > bound if ascending else key < bound)
    order = [column.asc() if ascending else column.desc() for column in columns]
    result = db.session.execute(statement.order_by(*order).limit(limit + 1))
    rows = list(result.scalars()) if scalars else list(result)
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], cursor_after(last, columns))


def cursor_after(row: Any, columns: Sequence[Key]) -> str:
    """The cursor of what comes behind ``row``, which holds the key columns by name."""
    return _encode([getattr(row, column.key) for column in columns])


def _encode(values: list[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    packed = json.dumps(plain, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _decode(cursor: str | None, columns: Sequence[Key]) -> list[Any] | None:
    if not cursor or len(cursor) > _LONGEST_CURSOR:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_revive(value, _kind(column)) for value, column in zip(values, columns, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _kind(column: Key) -> type:
    """What the column holds; a type of our own (moments) answers for the one it wraps."""
    own: Any = column.type
    held: Any = own.impl if isinstance(own, sa.types.TypeDecorator) else own
    kind: type = held.python_type
    return kind


def _revive(value: Any, kind: type[Any]) -> Any:
    """The value as the column keeps it; ValueError or OverflowError when it does not fit the column."""
    if not isinstance(value, str if issubclass(kind, date) else kind) or isinstance(value, bool):
        raise ValueError("not a value of this column")
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a cursor's moment has its zone")
        return moment.astimezone(UTC)
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(value, int) and not -_INTEGERS <= value < _INTEGERS:
        raise OverflowError("more than an integer column holds")
    if isinstance(value, str) and b"\0" in value.encode():
        raise ValueError("characters that no text column takes")
    return value
