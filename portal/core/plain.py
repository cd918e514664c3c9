"""Questions that every page asks, written out once per database and put to the driver itself.

Building a statement, and making rows and objects of what it returns, costs more than the database does. What comes
back is a plain tuple with the types of the columns. It reads in the session's transaction, like everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from portal.core.db import db

Process = Callable[[Any], Any]


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
        """The row, or None. Raises the driver's own errors."""
        connection = db.session.connection()
        dialect = connection.dialect
        written = self._written.get(dialect.name) or self._write(dialect)
        for name, process in written.given:
            values[name] = process(values[name])
        if written.fixed:
            values |= written.fixed
        parameters = values if written.order is None else [values[name] for name in written.order]
        cursor = connection.connection.cursor()
        try:
            for (
                listen
            ) in connection.dispatch.before_cursor_execute:  # whoever counts statements sees these too
                listen(connection, cursor, written.text, parameters, None, False)
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

    def _write(self, dialect: Dialect) -> _Written:
        statement = self._build()
        compiled: Any = statement.compile(dialect=dialect)
        wanted = {name for name, parameter in compiled.binds.items() if parameter.required}
        whole = compiled.construct_expanded_state(dict.fromkeys(wanted))
        processes: dict[str, Process] = dict(whole.processors)
        fixed = {
            name: processes[name](value) if name in processes else value
            for name, value in whole.parameters.items()
            if name not in wanted
        }
        given = [(name, process) for name, process in processes.items() if name in wanted]
        read: list[tuple[int, Process]] = [
            (place, process)
            for place, column in enumerate(statement.selected_columns)
            if (process := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        order = list(whole.positiontup) if compiled.positional else None
        written = self._written[dialect.name] = _Written(whole.statement, fixed, order, given, read)
        return written
