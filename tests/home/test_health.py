"""Alive without asking anybody; ready only when everything is there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask

from portal.core import assets
from portal.home import health
from tests.client import PortalClient

Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Assets that are there, whether or not they were built before the tests."""
    (tmp_path / "manifest.json").write_text('{"app.css": "app.1.css"}')
    (tmp_path / "app.1.css").touch()
    monkeypatch.setattr(assets, "BUILD", tmp_path)
    monkeypatch.setattr(health, "BUILD", tmp_path)
    return tmp_path


def test_alive_asks_nobody(client: PortalClient, queries: Queries) -> None:
    with queries() as log:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})
    assert log == []
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_on_both_databases(client: PortalClient) -> None:
    answer = client.get("/readyz")
    assert (answer.json, answer.status_code) == ({"ready": True, "missing": []}, 200)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", sorted(health.CHECKS))
def test_what_is_missing_is_named(client: PortalClient, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def broken() -> bool:
        raise OSError("gone")

    for check in (broken, lambda: False):
        monkeypatch.setitem(health.CHECKS, name, check)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": [name]})
    assert "gone" not in answer.text, "reasons are for the log"


def test_a_database_behind_the_code(client: PortalClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "newest_revision", lambda: "9999")
    assert client.get("/readyz").json == {"ready": False, "missing": ["migrations"]}


def test_storage_that_is_gone(app: Flask, client: PortalClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    settings = app.config["PORTAL"]
    monkeypatch.setitem(app.config, "PORTAL", replace(settings, storage_dir=Path("/nowhere/at/all")))
    assert client.get("/readyz").json == {"ready": False, "missing": ["storage"]}
    monkeypatch.undo()


def test_the_probe_leaves_no_file(app: Flask, client: PortalClient) -> None:
    client.get("/readyz")
    assert not list(app.config["PORTAL"].storage_dir.glob(".probe-*"))


def test_an_unbuilt_asset(client: PortalClient, built: Path) -> None:
    (built / "app.1.css").unlink()
    assert client.get("/readyz").json == {"ready": False, "missing": ["assets"]}
    (built / "manifest.json").unlink()
    assert client.get("/readyz").json == {"ready": False, "missing": ["assets"]}
