"""The database room: times, kinds, the one write transaction, rows that never change."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from portal.catalog.models import Category
from portal.core.audit import AuditEntry, record
from portal.core.db import (
    after_commit,
    changed_rows,
    db,
    insert_once,
    lock_row,
    new_id,
    scoped_write,
    transaction,
)
from portal.core.media.models import Photo
from portal.core.search import SearchEntry

MOMENT = datetime(2026, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)


def shelf(slug: str) -> Category:
    return Category(slug=slug, name_zh="包", name_en="Bags")


def entry(**facts: object) -> SearchEntry:
    return SearchEntry(**{"kind": "note", "object_id": "one", "sort_at": MOMENT, "tokens": ""} | facts)


# ------------------------------------------------------------------ columns


def test_ids_are_lower_case_and_never_the_same() -> None:
    ids = [new_id() for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(re.fullmatch(r"[0-9a-z]{26}", each) for each in ids)


def test_times_come_back_aware_and_equal(app: Flask) -> None:
    east = timezone(timedelta(hours=8))
    with transaction():
        db.session.add(entry(sort_at=MOMENT.astimezone(east)))
    stored = db.session.scalars(sa.select(SearchEntry.sort_at)).one()
    assert stored == MOMENT
    assert stored.utcoffset() == timedelta()


def test_a_naive_time_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="naive"), transaction():
        db.session.add(entry(sort_at=MOMENT.replace(tzinfo=None)))
        db.session.flush()


def test_a_kind_outside_the_list_is_refused_by_the_database(app: Flask) -> None:
    table = Photo.__table__
    values = {
        "id": new_id(),
        "owner_kind": "product",
        "owner_id": "x",
        "position": 0,
        "uploaded_by": "x",
        "published": False,
        "alt": "",
        "byte_size": 1,
        "attempts": 0,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }
    statement = sa.text(
        f"INSERT INTO {table.name} ({', '.join(values)}, state) VALUES ({', '.join(':' + name for name in values)}, 'eaten')"
    ).bindparams(*[sa.bindparam(name, value, table.c[name].type) for name, value in values.items()])
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(statement)


# ------------------------------------------------------------------ transactions


def test_a_transaction_keeps_what_it_wrote(app: Flask) -> None:
    with transaction():
        assert scoped_write()
        db.session.add(shelf("bags"))
    assert not scoped_write()
    assert db.session.scalar(sa.select(Category.slug)) == "bags"


def test_a_fault_leaves_nothing(app: Flask) -> None:
    told: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(shelf("bags"))
        db.session.flush()
        after_commit(lambda: told.append("stored"))
        _ = 1 // 0
    assert told == []
    assert not scoped_write()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Category)) == 0


def test_no_transaction_inside_another(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside transaction"), transaction(), transaction():
        pass
    with transaction():
        pass


def test_changes_before_the_transaction_are_a_bug(app: Flask) -> None:
    db.session.add(shelf("bags"))
    with pytest.raises(RuntimeError, match="outside transaction"), transaction():
        pass
    db.session.rollback()


def test_what_was_read_before_is_read_again_inside(app: Flask) -> None:
    with transaction():
        db.session.add(shelf("bags"))
    category = db.session.scalars(sa.select(Category)).one()
    table = Category.__table__
    with transaction():
        db.session.execute(sa.update(table).values(name_en="Cases"))
    with transaction():
        assert category.name_en == "Cases"


def test_callbacks_run_in_order_after_the_commit(app: Flask) -> None:
    seen: list[tuple[str, bool]] = []
    with transaction():
        after_commit(lambda: seen.append(("first", scoped_write())))
        after_commit(lambda: seen.append(("second", scoped_write())))
    assert seen == [("first", False), ("second", False)]


def test_changed_rows_tells_who_was_faster(app: Flask) -> None:
    with transaction():
        db.session.add(shelf("bags"))
    claim = sa.update(Category).where(Category.slug == "bags", Category.position == 0).values(position=1)
    with transaction():
        assert changed_rows(claim) == 1
        assert changed_rows(claim) == 0


def test_insert_once(app: Flask) -> None:
    facts = {"kind": "note", "object_id": "one", "sort_at": MOMENT, "tokens": "a"}
    with transaction():
        assert insert_once(SearchEntry, **facts)
        assert not insert_once(SearchEntry, **facts)
        lock_row(Category, "not-there")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) == 1


def test_foreign_keys_are_kept(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Category(slug="lost", name_zh="包", name_en="Bags", parent_id="nobody"))
        db.session.flush()


@pytest.mark.parametrize("overwrites", [True, False])
def test_what_is_deleted_is_overwritten_in_the_file(tmp_path: Path, overwrites: bool) -> None:
    """The switch shows what other builds of SQLite do of their own accord."""
    file, secret = tmp_path / "portal.sqlite", "Hangzhou, Manjuelong Road 12"
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        if not overwrites:
            connection.exec_driver_sql("PRAGMA secure_delete=OFF")
        connection.exec_driver_sql("CREATE TABLE parcel (address TEXT)")
        connection.exec_driver_sql("INSERT INTO parcel VALUES (?)", (secret,))
        connection.commit()
        connection.exec_driver_sql("DELETE FROM parcel")
        connection.commit()
    engine.dispose()
    assert (secret.encode() not in file.read_bytes()) is overwrites


# ------------------------------------------------------------------ append-only


@pytest.mark.parametrize(
    "statement",
    [sa.update(AuditEntry.__table__).values(action="other"), sa.delete(AuditEntry.__table__)],
    ids=["update", "delete"],
)
def test_the_trail_cannot_be_changed(app: Flask, statement: sa.Update | sa.Delete) -> None:
    with transaction():
        record("brand.changed", by=None, target_kind="brand", target_id="1", fields=["hue"])
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        db.session.execute(statement)
    assert db.session.scalars(sa.select(AuditEntry.action)).all() == ["brand.changed"]
