"""What accounts tells members in their inbox."""

from __future__ import annotations

from typing import Any

from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l


def _ready(facts: dict[str, Any], count: int) -> str:
    return _("Your data is packed. You can fetch it for seven days.")


def _failed(facts: dict[str, Any], count: int) -> str:
    return _("We could not pack your data. That is our fault: please ask once more, or write to us.")


_ASKED = _l("because you asked for your data")

PACKAGE_KINDS = tuple(
    NotificationKind(name, icon, text, _ASKED, label=label, mail=True, initiative=Initiative.TRANSACTIONAL)
    for name, icon, text, label in (
        ("accounts.package_ready", "package-check", _ready, _l("Your data is packed")),
        ("accounts.package_failed", "package-x", _failed, _l("Your data could not be packed")),
    )
)
