"""A small portal of photos only: the photo room needs nothing above core."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, Request
from flask.testing import FlaskClient
from flask_login import LoginManager
from werkzeug.test import TestResponse

from config import Settings
from portal.core import i18n, jobs, media
from portal.core.access import Permission, Viewer
from portal.core.db import db, transaction
from portal.core.errors import DomainError
from portal.core.media import services
from portal.core.media.models import Photo
from tests import databases
from tests.core.media.pictures import as_bytes, quarters

ALICE = SimpleNamespace(id="a" * 26)
STAFF = frozenset({Permission.MODERATE})
ALBUM = ("album", "album-of-alice")


def viewer_of(member_id: str, permissions: frozenset[Permission] = frozenset()) -> Viewer:
    return Viewer(
        id=member_id,
        number=1,
        display_name="Somebody",
        avatar=None,
        language=None,
        contact_proven=True,
        session_id="s",
        permissions=permissions,
    )


def _who_asks(request: Request) -> Viewer | None:
    name = request.headers.get("X-Test-Viewer")
    return viewer_of(name, STAFF if name == "staff" else frozenset()) if name else None


class Visitor(FlaskClient):
    """Each request runs in a context of its own, as in production."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


def photos_only(settings: Settings) -> Flask:
    """An application with the photo room alone."""
    app = Flask("portal")
    app.config.from_mapping(settings.as_flask_config(), TESTING=True)
    db.init_app(app)
    i18n.install(app)
    LoginManager(app).request_loader(_who_asks)
    app.register_error_handler(DomainError, lambda error: (error.message, error.status))
    media.install(app)
    jobs.install(app)
    return app


@pytest.fixture(scope="session")
def photo_app(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The photo room on an empty database of its own."""
    folder = tmp_path_factory.mktemp("photos")
    with databases.fresh_url(database, folder) as url:
        app = photos_only(databases.settings_for(url, folder))
        with app.app_context():
            Photo.metadata.create_all(db.engine, tables=[Photo.__table__])
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def house(photo_app: Flask) -> Iterator[Flask]:
    """The same application, empty: no photos, no files, no jobs. Commits are real, as for the worker."""
    with photo_app.app_context():
        with transaction():
            db.session.execute(sa.delete(Photo))
        shutil.rmtree(photo_app.config["PORTAL"].storage_dir, ignore_errors=True)
        forget_jobs(photo_app)
        yield photo_app
        db.session.remove()


@pytest.fixture
def client(house: Flask) -> FlaskClient:
    return Visitor(house)


@pytest.fixture
def jpeg() -> bytes:
    return as_bytes(quarters((640, 480)), "JPEG")


def add_photo(data: bytes, *, owner: tuple[str, str] = ALBUM, **options: object) -> str:
    """A photo of Alice, received and committed. Returns its id."""
    staged = services.stage_upload(BytesIO(data))
    with transaction():
        photo = services.attach(staged, owner_kind=owner[0], owner_id=owner[1], by=ALICE, **options)
        return photo.id


def get_photo(photo_id: str) -> Photo:
    return db.session.get_one(Photo, photo_id)


def files(app: Flask) -> list[str]:
    """Every file in the storage, by key."""
    root: Path = app.config["PORTAL"].storage_dir
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def work(app: Flask) -> int:
    """Let the worker do what waits, then look at the rows afresh. Returns how many jobs ran."""
    count = jobs.run_waiting(app)
    db.session.rollback()
    return count


def forget_jobs(app: Flask) -> None:
    app.extensions["huey"].flush()
