"""The sentences of drops' messages, in the language in force. Who gets them asked for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.brand.showing import clock_time, day
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.words import spoken


def _named(facts: dict[str, Any]) -> dict[str, str]:
    opens_at = datetime.fromisoformat(facts["opens_at"])
    return {
        "drop": spoken(facts["name_zh"], facts["name_en"]),
        "day": day(opens_at),
        "time": clock_time(opens_at),
    }


def _reminder(facts: dict[str, Any], count: int) -> str:
    if facts.get("is_open"):  # they could not be told in time
        return _("%(drop)s is open for you: since %(day)s, %(time)s.", **_named(facts))
    return _("Soon it is time: %(drop)s opens for you on %(day)s, %(time)s.", **_named(facts))


def _moved(facts: dict[str, Any], count: int) -> str:
    return _(
        "%(drop)s moved: it opens for you on %(day)s, %(time)s. We will remind you before.", **_named(facts)
    )


def _cancelled(facts: dict[str, Any], count: int) -> str:
    named = _named(facts)
    if facts["reason"]:
        return _("%(drop)s does not come: %(reason)s", drop=named["drop"], reason=facts["reason"])
    return _("%(drop)s does not come. We are sorry.", drop=named["drop"])


def _kind(name: str, icon: str, text: Callable[[dict[str, Any], int], str], label: Any) -> NotificationKind:
    return NotificationKind(
        f"drops.{name}",
        icon,
        text,
        reason=_l("because you asked to be reminded of a drop"),
        label=label,
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    )


KINDS = (
    _kind("reminder", "alarm-clock", _reminder, _l("Reminders of a drop you wait for")),
    _kind("moved", "calendar-clock", _moved, _l("A drop that moved")),
    _kind("cancelled", "calendar-x", _cancelled, _l("A drop that does not come")),
)
