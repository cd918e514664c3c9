"""A house that can write to phones, and what was written to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from config import SmsAccount
from portal.core.db import db
from portal.core.sms.models import TextMessage

Texts = Callable[[], list[TextMessage]]


@pytest.fixture
def texts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Texts:
    """Text messages are set up (nobody takes them); call it for all of them, oldest first."""
    account = SmsAccount("id", "key", "127.0.0.1:9", "1", "House", "r", "11", "22", ("CN",), True)
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], sms=account))
    return lambda: list(db.session.scalars(sa.select(TextMessage).order_by(TextMessage.id)))
