"""Fixtures for all tests: both databases, isolation, clients that check every page, factories."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import jobs
from portal.core.db import db
from tests import databases
from tests.client import PortalClient
from tests.make import Make


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "one_database: runs on SQLite only (views, pages: the SQL below is tested on both)"
    )
    config.addinivalue_line("markers", "browser: drives a real browser")
    databases.configure(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    databases.unconfigure(config)


def pytest_configure_node(node: Any) -> None:
    """xdist: tell each worker where the test server is."""
    databases.tell_worker(node)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test marked one_database does not run a second time on PostgreSQL."""
    twice = [
        item
        for item in items
        if item.get_closest_marker("one_database")
        and getattr(item, "callspec", None)
        and item.callspec.params.get("database") == "postgresql"  # type: ignore[attr-defined]
    ]
    if twice:
        config.hook.pytest_deselected(items=twice)
        chosen = set(twice)
        items[:] = [item for item in items if item not in chosen]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def app(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a migrated database of its own."""
    with databases.migrated_app(database, tmp_path_factory.mktemp(database)) as app:
        yield app


@pytest.fixture(autouse=True)
def isolated(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that uses the application runs inside one outer transaction that is rolled back.

    Sessions join it with savepoints of their own, so commits and rollbacks behave as in production.
    """
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    with app.app_context():
        engine = db.engines[None]
        with engine.connect() as connection:
            outer = connection.begin()
            connection.begin_nested()
            db.engines[None] = connection  # type: ignore[index]
            databases.forget_caches(app)
            try:
                yield
            finally:
                db.session.remove()
                db.engines[None] = engine  # type: ignore[index]
                outer.rollback()
                databases.forget_caches(app)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine what a process keeps for seconds would be asked again in the middle of a test."""
    monkeypatch.setattr("portal.brand.queries.FRESH_SECONDS", 3600.0)


@pytest.fixture
def client(app: Flask) -> PortalClient:
    """A stranger."""
    return PortalClient(app)


@pytest.fixture
def make(app: Flask) -> Make:
    return Make(app)


@pytest.fixture
def as_member(app: Flask, make: Make) -> Callable[..., PortalClient]:
    """A browser signed in as this member (a new one when none is given)."""

    def sign_in(member: Any = None, **facts: Any) -> PortalClient:
        member = member or make.member(**facts)
        return PortalClient(app).sign_in(make.session_token(member))

    return sign_in


@pytest.fixture
def as_staff(app: Flask, make: Make) -> Callable[..., PortalClient]:
    """A browser signed in as staff with this role."""

    def sign_in(role: str = "owner") -> PortalClient:
        return PortalClient(app).sign_in(make.session_token(make.staff(role)))

    return sign_in


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], None]:
    """Run what waits in the queue, then every sweep once."""

    def run() -> None:
        db.session.commit()
        jobs.run_waiting(app)
        with app.app_context():
            jobs.run_sweeps()
        jobs.run_waiting(app)
        db.session.expire_all()

    return run


@pytest.fixture
def outbox(app: Flask) -> Callable[[], list[Any]]:
    """All letters so far, oldest first."""
    from portal.core.mail.models import Letter

    return lambda: list(db.session.scalars(sa.select(Letter).order_by(Letter.created_at, Letter.id)))


@pytest.fixture
def queries(app: Flask) -> Callable[[], contextlib.AbstractContextManager[list[str]]]:
    """Count SQL statements: ``with queries() as log: …`` (savepoints of the test isolation do not count)."""

    @contextlib.contextmanager
    def counted() -> Iterator[list[str]]:
        log: list[str] = []

        def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if (
                not statement.lstrip()
                .upper()
                .startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA"))
            ):
                log.append(statement)

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            yield log
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)

    return counted
