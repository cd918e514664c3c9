"""How migrations run: on both databases, with data in them, with the known traps covered.

SQLite: batch mode rebuilds a table by copying it. With foreign keys on, dropping the old table would empty its
children, so they are off while migrating and checked at the end. Nor does it look at the triggers of other tables, which
may speak of the one that is being rebuilt.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from portal.core.db import APPEND_ONLY, FROZEN, UTCDateTime, append_only_ddl, db, frozen_ddl
from portal.core.sealed import Sealed
from portal.core.search import SQLITE_DDL

INVISIBLE = ("search_index",)  # SQLite's full-text tables, made by hand in a migration


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    if kind == "table" and (name or "").startswith(INVISIBLE):
        return False
    dialect = context.get_context().dialect.name
    return not (
        kind == "index" and not reflected and name == "ix_search_entry_vector" and dialect == "sqlite"
    )


def render_item(kind: str, thing: Any, autogen_context: Any) -> Any:
    """Migrations speak plain SQLAlchemy: they must run when our own types have moved on."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Sealed):
        return "sa.Text()"
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    if isinstance(engine, sa.Connection):
        _migrate(engine)
        return
    with engine.connect() as connection:
        _migrate(connection)


def _migrate(connection: sa.Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        include_object=include_object,
        render_item=render_item,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if sqlite:
        _restore_triggers(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"a migration left rows without their parents: {broken[:5]}")
    connection.commit()
    if sqlite:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA legacy_alter_table=OFF")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _restore_triggers(connection: sa.Connection) -> None:
    """A table that batch mode rebuilt has lost its triggers; each statement says IF NOT EXISTS."""
    tables = set(sa.inspect(connection).get_table_names())
    for table in APPEND_ONLY:
        if table in tables:
            for statement in append_only_ddl(table):
                statement(None, connection)
    for table in FROZEN:
        if table in tables:
            for statement in frozen_ddl(table):
                statement(None, connection)
    if "search_entry" in tables:
        for statement in SQLITE_DDL:
            statement(None, connection)


run()
