"""Kinds of messages for tests, beside those that the features register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.brand.services import change_settings
from portal.core.db import transaction
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.installation import Registry
from tests.core.mail.conftest import mail_url, mailbox

__all__ = ["mail_url", "mailbox"]


def _text(facts: dict[str, Any], count: int) -> str:
    return f"{_('Inbox')}: {facts['word']} × {count}"


def kind(name: str, *, mail: bool, initiative: Initiative = Initiative.PEOPLE) -> NotificationKind:
    return NotificationKind(
        name=name,
        icon="bell",
        text=_text,
        reason=_l("because you reported something"),
        label=name,
        mail=mail,
        initiative=initiative,
    )


#: ``quiet`` only lies in the inbox, ``mailed`` is also written by mail, ``certain`` always, ``brand`` with consent
KINDS = (
    kind("test.quiet", mail=False),
    kind("test.mailed", mail=True),
    kind("test.certain", mail=True, initiative=Initiative.TRANSACTIONAL),
    kind("test.brand", mail=True, initiative=Initiative.BRAND),
    kind("test.brand_too", mail=False, initiative=Initiative.BRAND),
)


@pytest.fixture(autouse=True)
def kinds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    registry: Registry = app.extensions["registry"]
    for each in KINDS:
        monkeypatch.setitem(registry.kinds, each.name, each)


@pytest.fixture
def house(app: Flask) -> Callable[..., None]:
    """Changes the brand's settings: ``house(contact_budget=1)``."""

    def change(**settings: Any) -> None:
        with transaction():
            change_settings(by=None, **settings)

    return change
