"""A kind of message for tests, beside those that the features register."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.core.feature import NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.installation import Registry


def _text(facts: dict[str, Any], count: int) -> str:
    return f"{_('Inbox')}: {facts['word']} × {count}"


def _kind(name: str, *, mail: bool) -> NotificationKind:
    return NotificationKind(
        name=name, icon="bell", text=_text, reason=_l("because you reported something"), mail=mail
    )


@pytest.fixture(autouse=True)
def kinds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """``test.quiet`` only lies in the inbox, ``test.mailed`` is also written by mail."""
    registry: Registry = app.extensions["registry"]
    monkeypatch.setitem(registry.kinds, "test.quiet", _kind("test.quiet", mail=False))
    monkeypatch.setitem(registry.kinds, "test.mailed", _kind("test.mailed", mail=True))
