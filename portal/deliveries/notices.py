"""What is said about a parcel to whom it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.brand.showing import day
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.words import spoken


def _what(facts: dict[str, Any]) -> str:
    return spoken(facts["what_zh"], facts["what_en"])


def _asked(facts: dict[str, Any], count: int) -> str:
    return _("We have something for you: %(what)s. Where may we send it?", what=_what(facts))


def _shipped(facts: dict[str, Any], count: int) -> str:
    said = _("%(what)s is on its way to you.", what=_what(facts))
    if not facts["tracking"]:
        return said
    return f"{said} {facts['carrier']} {facts['tracking']}"


def _came(facts: dict[str, Any], count: int) -> str:
    return _(
        "Did %(what)s arrive? Please say so, or that it never came, until %(day)s. Then we take it that it did.",
        what=_what(facts),
        day=day(datetime.fromisoformat(facts["until"])),
    )


def _stopped(facts: dict[str, Any], count: int) -> str:
    if facts["lost"]:
        return _(
            "%(what)s got lost on its way, and we cannot send it again. We are sorry. If you did not expect that, please write to us.",
            what=_what(facts),
        )
    return _(
        "%(what)s is not sent after all. If you did not expect that, please write to us.", what=_what(facts)
    )


def _kind(name: str, icon: str, text: Callable[[dict[str, Any], int], str], label: Any) -> NotificationKind:
    return NotificationKind(
        f"deliveries.{name}",
        icon,
        text,
        reason=_l("because we send you something"),
        label=label,
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    )


ASKED = _kind("asked", "gift", _asked, _l("When we need to know where to send something"))
SHIPPED = _kind("shipped", "package", _shipped, _l("A parcel on its way to you"))
CAME = _kind("came", "package-search", _came, _l("Whether a parcel arrived"))
STOPPED = _kind("stopped", "package-x", _stopped, _l("A parcel that is not sent"))

KINDS = (ASKED, SHIPPED, CAME, STOPPED)
