"""Providers for tests: each peer on loopback, and a portal that speaks with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.payments.providers.known import build
from portal.payments.settings import PaymentSettings
from tests.make import Make
from tests.payments.cases import Case
from tests.payments.peers import PEERS, PlayPeer


@pytest.fixture
def offer(app: Flask, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Offer these ways to pay, and the sandbox, whose books are the test's own."""
    before = app.extensions["payments"]

    def configured(**wanted: Any) -> None:
        settings = replace(app.config["PORTAL"], payments=PaymentSettings(**wanted), data_dir=tmp_path)
        app.extensions["payments"] = build(settings, testing=True)

    configured()
    yield configured
    app.extensions["payments"] = before


@pytest.fixture(params=sorted(PEERS))
def peer(request: pytest.FixtureRequest, offer: Callable[..., None]) -> Iterator[Any]:
    """Each provider in turn."""
    peer = PEERS[request.param]()
    offer(**peer.settings())
    if isinstance(peer, PlayPeer):
        peer.trouble(peer.provider)
    yield peer
    peer.stop()


@pytest.fixture
def case(app: Flask, peer: Any, make: Make) -> Case:
    return Case(app, peer, make)
