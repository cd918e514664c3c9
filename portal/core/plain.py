"""Questions that every page asks, written out once per database and put to the driver itself.

Building a statement, and making rows and objects of what it returns, costs more than the database does. What comes
back is a plain tuple with the types of the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import visitors

from portal.core.db import db

Process = Callable[[Any], Any]


class Driver(NamedTuple):
    """A connection as the database's driver made it, and which words that database understands."""

    connection: PoolProxiedConnection
    dialect: Dialect


@contextmanager
def borrowed_driver() -> Iterator[Driver]:
    """A connection of the pool, for a few reads that need no session around them."""
    engine = db.engine
    connection = engine.raw_connection()
    try:
        yield Driver(connection, engine.dialect)
    finally:
        connection.close()


class _Written(NamedTuple):
    """The statement in the words of one database: its parameters in their order, and what makes values of both."""

    text: str
    fixed: dict[str, Any]
    order: list[str] | None
    given: list[tuple[str, Process]]
    read: list[tuple[int, Process]]


class Plain:
    """A SELECT of at most one row; its parameters are ``sa.bindparam`` by name."""

    def __init__(self, build: Callable[[], sa.Select[Any]]) -> None:
        self._build = build
        self._written: dict[str, _Written] = {}

    def one(self, **values: Any) -> tuple[Any, ...] | None:
        """The row, or None, as the session's transaction sees it. Raises the driver's own errors."""
        connection = db.session.connection()
        for listen in connection.dispatch.before_cursor_execute:  # whoever counts statements sees these too
            listen(connection, None, self._in(connection.dialect).text, values, None, False)
        return self.ask(Driver(connection.connection, connection.dialect), **values)

    def ask(self, driver: Driver, **values: Any) -> tuple[Any, ...] | None:
        """The same on a connection of the driver."""
        written = self._in(driver.dialect)
        for name, process in written.given:
            values[name] = process(values[name])
        if written.fixed:
            values |= written.fixed
        parameters = values if written.order is None else [values[name] for name in written.order]
        cursor = driver.connection.cursor()
        try:
            cursor.execute(written.text, parameters)
            row = cursor.fetchone()
        finally:
            cursor.close()
        if row is None:
            return None
        found = list(row)
        for place, process in written.read:
            found[place] = process(found[place])
        return tuple(found)

    def _in(self, dialect: Dialect) -> _Written:
        return self._written.get(dialect.name) or self._write(dialect)

    def _write(self, dialect: Dialect) -> _Written:
        statement = self._build()
        spelled_out: Any = visitors.replacement_traverse(statement, {}, _spell_out)
        compiled: Any = spelled_out.compile(dialect=dialect)
        wanted = {name: parameter for name, parameter in compiled.binds.items() if parameter.required}
        whole = compiled.construct_expanded_state(dict.fromkeys(wanted))
        # what the dialect adds of its own: an OFFSET of 0
        fixed = {name: value for name, value in whole.parameters.items() if name not in wanted}
        given: list[tuple[str, Process]] = [
            (name, process)
            for name, parameter in wanted.items()
            if (process := parameter.type.dialect_impl(dialect).bind_processor(dialect))
        ]
        read: list[tuple[int, Process]] = [
            (place, process)
            for place, column in enumerate(statement.selected_columns)
            if (process := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        order = list(whole.positiontup) if compiled.positional else None
        written = self._written[dialect.name] = _Written(whole.statement, fixed, order, given, read)
        return written


def _spell_out(element: Any, **_: Any) -> Any:
    """What is the same every time stands in the text itself: a database knows then which partial index serves, and SQLite does
    not plan the statement anew each time (it does for a parameter that such an index is about)."""
    if isinstance(element, sa.BindParameter) and not element.required:
        return element.render_literal_execute()
    return None
