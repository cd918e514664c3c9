"""A migrated portal that several processes share: nothing is rolled back, each test makes its own people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.core.db import db
from tests import databases
from tests.concurrency.crowd import House
from tests.make import Make


@pytest.fixture(scope="session")
def shared(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with databases.migrated_app(database, tmp_path_factory.mktemp(f"shared-{database}")) as app:
        yield app


@pytest.fixture
def house(shared: Flask, database: str) -> Iterator[House]:
    """The shared portal; the test itself stands in its application context."""
    settings = shared.config["PORTAL"]
    with shared.app_context():
        databases.forget_caches(shared)
        yield House(database, settings.database_url, settings.data_dir)
        db.session.remove()


@pytest.fixture
def people(shared: Flask) -> Make:
    """The factories, storing for good."""
    return Make(shared)
