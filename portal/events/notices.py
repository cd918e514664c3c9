"""The sentences of events' messages, in the language in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.brand.showing import clock_time, day
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.words import spoken

_Text = Callable[[dict[str, Any], int], str]


def name_of(facts: dict[str, Any]) -> str:
    return spoken(facts["name_zh"], facts["name_en"])


def _confirmed(facts: dict[str, Any], count: int) -> str:
    return _("You are coming to %(event)s. Here is your ticket.", event=name_of(facts))


def _offered(facts: dict[str, Any], count: int) -> str:
    until = datetime.fromisoformat(facts["until"])
    return _(
        "Seats for %(event)s are free, and you are next. They are yours until %(day)s, %(time)s.",
        event=name_of(facts),
        day=day(until),
        time=clock_time(until),
    )


def _lapsed(facts: dict[str, Any], count: int) -> str:
    return _("The offer for %(event)s ended, and the seats went on to who waits next.", event=name_of(facts))


def _vain(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your payment for %(event)s came when the seats were gone. We are sending the money back.",
        event=name_of(facts),
    )


def _kind(name: str, icon: str, text: _Text, label: Any) -> NotificationKind:
    return NotificationKind(
        f"events.{name}",
        icon,
        text,
        reason=_l("It is about an event you signed up for."),
        label=label,
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    )


KINDS = (
    _kind("confirmed", "ticket", _confirmed, _l("Your ticket")),
    _kind("offered", "bell-ring", _offered, _l("An offer of the waiting list")),
    _kind("offer_lapsed", "clock", _lapsed, _l("An offer that ended")),
    _kind("paid_in_vain", "undo-2", _vain, _l("Money that comes back")),
)
