"""The database room: typed columns, the one write transaction, append-only tables.

Two databases are first-class: SQLite (embedded) and PostgreSQL. Dialect code stands only here and in ``search``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator
from ulid import ULID

from portal.core.turns import turn_for

log = logging.getLogger(__name__)

ENUM_LENGTH = 32

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


#: of one process, whose threads wait for one another here: two web processes and a worker stay below the hundred that a
#: PostgreSQL server allows when nobody told it otherwise
CONNECTIONS = 32

db = SQLAlchemy(
    model_class=Base, engine_options={"pool_size": CONNECTIONS // 2, "max_overflow": CONNECTIONS // 2}
)


def new_id() -> str:
    """A public id that cannot be guessed and sorts by time of making (ULID, 26 lower-case characters)."""
    return str(ULID()).lower()


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on both databases. Naive input is a bug and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: times are stored in UTC and must say so")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(enum: type[StrEnum]) -> sa.Enum:
    """A StrEnum stored by value in a text column of fixed length, with its CHECK on both databases."""
    return sa.Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=ENUM_LENGTH,
        values_callable=lambda kind: [member.value for member in kind],
        name=enum.__name__.lower(),
    )


Id = Annotated[str, mapped_column(sa.String(26), primary_key=True, default=new_id)]
Ref = Annotated[str, mapped_column(sa.String(26))]
OptionalRef = Annotated[str | None, mapped_column(sa.String(26))]
Moment = Annotated[datetime, mapped_column(UTCDateTime)]
OptionalMoment = Annotated[datetime | None, mapped_column(UTCDateTime)]
Str64 = Annotated[str, mapped_column(sa.String(64))]
Str120 = Annotated[str, mapped_column(sa.String(120))]
Str255 = Annotated[str, mapped_column(sa.String(255))]
LongText = Annotated[str, mapped_column(sa.Text)]
Facts = Annotated[dict[str, Any], mapped_column(sa.JSON)]

# ------------------------------------------------------------------ transactions

_WRITING = "portal_writing"
_AFTER_COMMIT = "portal_after_commit"
_BEFORE_WRITING: list[Callable[[], object]] = []


@contextmanager
def transaction() -> Iterator[None]:
    """One write, from a view, the console, the command line or a job; never nested.

    Ends the open read first: objects read before expire and are read again under the lock. On SQLite the lock is
    taken at once (a read that turns into a write under load fails whatever the busy timeout). Commits at the end,
    then runs what was left with :func:`after_commit`; on an exception everything is rolled back and nothing runs.
    What fails after the commit is logged: the write stands.
    """
    session = db.session()
    if session.info.get(_WRITING):
        raise RuntimeError("transaction() inside transaction(): services flush, they never open one")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside transaction()")
    session.rollback()
    session.info[_WRITING] = True
    waiting: list[Callable[[], object]] = []
    session.info[_AFTER_COMMIT] = waiting
    try:
        with _in_turn():
            try:
                session.connection(execution_options={_WRITING: True})
                for check in _BEFORE_WRITING:
                    check()
                yield
                session.commit()
            except BaseException:
                session.rollback()
                raise
    finally:
        session.info.pop(_WRITING, None)
        session.info.pop(_AFTER_COMMIT, None)
    for callback in waiting:
        try:
            callback()
        except (
            Exception
        ):  # the write is stored: one broken follow-up must neither hide that nor stop the others
            log.exception("after the commit: %r failed", callback)


def _in_turn() -> AbstractContextManager[None]:
    """On SQLite, one writer after the other in a line that is fair; PostgreSQL knows its own."""
    url = db.session.get_bind().engine.url
    on_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return turn_for(str(url.database)).taken() if on_file else nullcontext()


def before_writing(check: Callable[[], object]) -> Callable[[], object]:
    """Decorator: ask this at the beginning of every write, inside its transaction; what it raises refuses the write."""
    _BEFORE_WRITING.append(check)
    return check


def after_commit(callback: Callable[[], object]) -> None:
    """Run ``callback`` once the current transaction is safely stored; drop it when it rolls back."""
    waiting = db.session().info.get(_AFTER_COMMIT)
    if waiting is None:
        raise RuntimeError("after_commit() outside transaction()")
    waiting.append(callback)


def scoped_write() -> bool:
    """Whether a write transaction is open."""
    return bool(db.session().info.get(_WRITING))


def key_of(row: Base) -> str:
    """The id of a row that was read, even before this transaction: nothing is asked for it."""
    read: Any = sa.inspect(row)
    return str(read.identity[0])


def discard_rows(model: type[Base], old: sa.ColumnElement[bool], *, most: int) -> int:
    """Delete at most so many rows for which ``old`` holds; returns how many. Small steps hold no lock for long."""
    [key] = sa.inspect(model).primary_key
    return changed_rows(sa.delete(model).where(key.in_(sa.select(key).where(old).limit(most))))


def lock_row(model: type[Base], row_id: str, *, whole: bool = True) -> None:
    """Hold one row until the transaction ends. SQLite already holds the whole file.

    With ``whole=False`` others may still add rows that point at it, so that who holds several rows stands in nobody's
    way who only writes to these people.
    """
    if is_sqlite():
        return
    primary_key = sa.inspect(model).primary_key[0]
    db.session.execute(
        sa.select(primary_key).where(primary_key == row_id).with_for_update(key_share=not whole)
    )


def hold_name(*names: str, shared: bool = False) -> None:
    """Hold names until the transaction ends, alone or with others who share them. SQLite already holds the whole file.

    For what belongs to no row that could be locked without standing in the way of keys that point at it. One statement;
    several names are held in one order, whoever asks.
    """
    if is_sqlite():
        return
    lock = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
    db.session.execute(sa.select(*(lock(sa.func.hashtextextended(name, 0)) for name in sorted(names))))


def changed_rows(
    statement: sa.Update | sa.Delete | sa.Insert, values: Mapping[str, object] | None = None
) -> int:
    """Execute a conditional write and tell how many rows it changed: the guard against two at once."""
    options = {"synchronize_session": False, "preserve_rowcount": True}
    result = db.session.execute(statement, values, execution_options=options)
    return int(result.rowcount)  # type: ignore[attr-defined]


def insert_once(model: type[Base], **values: object) -> bool:
    """Insert a row unless its unique key is taken; True when this call inserted it. Safe against races."""
    session = db.session()
    if session.autoflush and not session._flushing:  # what it refers to may wait to be written
        session.flush()
    return changed_rows(_inserted_once(model, is_sqlite()), values) == 1


@cache
def _inserted_once(model: type[Base], sqlite: bool) -> sa.Insert:
    """Written out once for each table and database."""
    statement: sa.Insert = _insert_for_dialect(model.__table__).on_conflict_do_nothing()
    return statement


def insert_missing(model: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows, but for those whose unique key is taken; returns how many. One statement, safe against races."""
    return changed_rows(_insert_for_dialect(model).values(list(rows)).on_conflict_do_nothing()) if rows else 0


def insert_or_merge(
    model: type[Base],
    rows: Sequence[dict[str, Any]],
    *,
    unique: Sequence[str],
    where: str,
    change: dict[str, Any],
    returning: Sequence[Any],
) -> list[Any]:
    """Insert rows; where the partial unique index over ``unique`` (condition ``where``) is taken, ``change`` that row.

    One statement, safe against races; every row touched stays locked until the transaction ends. A value of
    ``change`` may be the name of a column: then it takes what was to be inserted. ``rows`` never name a key twice.
    """
    insert = _insert_for_dialect(model).values(list(rows))
    values = {
        name: insert.excluded[value] if isinstance(value, str) else value for name, value in change.items()
    }
    statement = insert.on_conflict_do_update(
        index_elements=list(unique), index_where=sa.text(where), set_=values
    ).returning(*returning)
    return list(db.session.execute(statement, execution_options={"synchronize_session": False}))


def _insert_for_dialect(table: Any) -> Any:
    if is_sqlite():
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    return insert(table)


def is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


# ------------------------------------------------------------------ engine set-up


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: object) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-256",  # KiB: a write elsewhere empties it anyway; the system keeps the file, once for all
        "temp_store=MEMORY",
        "secure_delete=ON",  # what is erased is overwritten: builds differ in whether a freed page keeps its words
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


# ------------------------------------------------------------------ append-only tables

Model = TypeVar("Model", bound=type[Base])

#: tables whose rows may never change; migrations install the triggers, a test compares
APPEND_ONLY: list[str] = []


def append_only(model: Model) -> Model:
    """Class decorator: the database itself refuses to update or delete rows of this table."""
    APPEND_ONLY.append(model.__tablename__)
    for statement in append_only_ddl(model.__tablename__):
        event.listen(model.__table__, "after_create", statement)
    return model


def append_only_ddl(table: str) -> list[sa.DDL]:
    """The statements that make ``table`` append-only, for both databases (used by models and migrations)."""
    statements = []
    for verb in ("update", "delete"):
        statements.append(
            sa.DDL(
                f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            ).execute_if(dialect="sqlite")
        )
    statements.append(
        sa.DDL(
            f"CREATE OR REPLACE FUNCTION {table}_refuses_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        ).execute_if(dialect="postgresql")
    )
    statements.append(
        sa.DDL(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuses_change()"
        ).execute_if(dialect="postgresql")
    )
    return statements


#: tables of which some columns stand still once something holds: the columns, and what (SQL that speaks of the row as ``OLD``)
FROZEN: dict[str, tuple[tuple[str, ...], str]] = {}


def frozen_once(holds: str, columns: Iterable[str]) -> Callable[[Model], Model]:
    """Class decorator: the database itself refuses other values in these columns of a row for which ``holds`` is true."""

    def freeze(model: Model) -> Model:
        FROZEN[model.__tablename__] = (tuple(columns), holds)
        for statement in frozen_ddl(model.__tablename__):
            event.listen(model.__table__, "after_create", statement)
        return model

    return freeze


def frozen_ddl(table: str) -> list[sa.DDL]:
    """The statements that keep what is frozen in ``table``, for both databases (used by models and migrations)."""
    columns, holds = FROZEN[table]
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    name, said = f"{table}_keeps_frozen", f"{table} is frozen"
    on_sqlite = sa.DDL(
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE UPDATE ON {table} "
        f"WHEN ({old}) IS NOT ({new}) AND ({holds}) BEGIN SELECT RAISE(ABORT, '{said}'); END"
    )
    function = sa.DDL(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {holds} THEN RAISE EXCEPTION '{said}'; END IF; RETURN NEW; END $$"
    )
    on_postgresql = sa.DDL(
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {name}()"
    )
    return [
        on_sqlite.execute_if(dialect="sqlite"),
        function.execute_if(dialect="postgresql"),
        on_postgresql.execute_if(dialect="postgresql"),
    ]
