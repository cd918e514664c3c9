"""A house with text messages, and the peer that takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from config import _sms_account
from portal.core.db import transaction
from portal.core.sms.services import CODE, queue_text
from tests.core.sms.peer import Peer, listening


@pytest.fixture
def peer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    with listening(Peer()) as listener:
        point(app, monkeypatch, listener.url)
        yield listener


def point(app: Flask, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """The portal sends through this address."""
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], sms=_sms_account(url)))


@pytest.fixture
def text(app: Flask) -> Callable[..., str]:
    """Puts a message into the outbox; answers with its id."""

    def write(to: str = "+8613800000000", **facts: Any) -> str:
        values: dict[str, Any] = {
            "kind": "test",
            "template": CODE,
            "words": ["123456", "10"],
            "shown": "123456 is your code.",
            "holds": timedelta(minutes=10),
        }
        with transaction():
            return queue_text(to=to, **{**values, **facts}).id

    return write
