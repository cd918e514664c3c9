"""For whoever watches over the process: is it alive, and is it ready to serve."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify
from werkzeug.wrappers import Response

from config import Settings
from portal.core.access import public
from portal.core.assets import BUILD, manifest
from portal.core.db import db
from portal.core.migrations import newest_revision

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers. Asks nobody else, so that a slow database does not get it killed."""
    return _never_kept(jsonify(alive=True))


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Everything this process needs is there; 503 and the names of what is missing otherwise."""
    missing = [name for name, check in CHECKS.items() if not _holds(name, check)]
    response = jsonify(ready=not missing, missing=missing)
    response.status_code = 503 if missing else 200
    return _never_kept(response)


def database_answers() -> bool:
    return db.session.scalar(sa.select(1)) == 1


def schema_is_current() -> bool:
    """The database stands at the newest revision that this code brings."""
    return db.session.scalar(sa.text("SELECT version_num FROM alembic_version")) == newest_revision()


def storage_is_writable() -> bool:
    settings: Settings = current_app.config["PORTAL"]
    probe: Path = settings.storage_dir / f".probe-{uuid.uuid4().hex}"
    try:
        probe.write_bytes(b"")
    finally:
        probe.unlink(missing_ok=True)
    return True


def assets_are_built() -> bool:
    """Every file that the manifest promises lies there."""
    return all((BUILD / name).exists() for name in manifest().values())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": schema_is_current,
    "storage": storage_is_writable,
    "assets": assets_are_built,
}


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # whatever it is, this process is not ready; the log says why
        current_app.logger.warning("not ready: %s", name, exc_info=True)
        db.session.rollback()
        return False


def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
