"""The migrated schema is the schema of the models, to the last CHECK, index and trigger, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db
from tests import databases


@pytest.fixture
def modelled(app: Flask, database: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """A second database, made straight from the models."""
    with databases.fresh_url(database, tmp_path) as url:
        settings = databases.settings_for(url, tmp_path)
        engine = sa.create_engine(settings.database_url)
        db.metadata.create_all(engine)
        yield engine
        engine.dispose()


def test_migrated_schema_equals_models(app: Flask, modelled: sa.Engine) -> None:
    migrated = db.session.connection()
    with modelled.connect() as connection:
        expected, found = _schema(connection), _schema(migrated)
    assert sorted(found) == sorted(expected), "tables differ"
    for table, facts in expected.items():
        assert found[table] == facts, f"{table} differs"


def test_every_trigger_is_there(app: Flask, modelled: sa.Engine) -> None:
    with modelled.connect() as connection:
        expected = _triggers(connection)
    assert expected
    assert _triggers(db.session.connection()) == expected


def _schema(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    inspector = sa.inspect(connection)
    names = [
        n for n in inspector.get_table_names() if n != "alembic_version" and not n.startswith("search_index")
    ]
    return {name: _table(inspector, name) for name in names}


def _table(inspector: sa.Inspector, name: str) -> dict[str, Any]:
    return {
        "columns": {
            c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(name)
        },
        "key": inspector.get_pk_constraint(name)["constrained_columns"],
        "checks": {(c["name"], _flat(c["sqltext"])) for c in inspector.get_check_constraints(name)},
        "unique": {(c["name"], tuple(c["column_names"])) for c in inspector.get_unique_constraints(name)},
        "foreign": {
            (tuple(c["constrained_columns"]), c["referred_table"], tuple(c["referred_columns"]))
            for c in inspector.get_foreign_keys(name)
        },
        "indexes": {
            (i["name"], tuple(i["column_names"]), bool(i["unique"]), _where(i))
            for i in inspector.get_indexes(name)
        },
    }


def _where(index: Any) -> str:
    options = index.get("dialect_options", {})
    return _flat(" ".join(str(value) for name, value in options.items() if name.endswith("_where")))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _triggers(connection: sa.Connection) -> set[tuple[str, ...]]:
    """Each with what it does."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(
            "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
        )
    else:
        rows = connection.exec_driver_sql(
            "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(pg_trigger.oid), prosrc"
            " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"
        )
    return {tuple(_flat(text) for text in row) for row in rows}
