"""The sentences of membership's messages, in the language in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.brand.showing import day
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _, ngettext
from portal.core.i18n import lazy as _l
from portal.core.words import spoken

_Text = Callable[[dict[str, Any], int], str]


def _until(facts: dict[str, Any]) -> str:
    return day(datetime.fromisoformat(facts["until"]))


def _tier(facts: dict[str, Any]) -> str:
    return spoken(facts["tier_zh"], facts["tier_en"])


def _renew(facts: dict[str, Any], count: int) -> str:
    return ngettext(
        "Your membership ends in %(num)s day, on %(day)s. Nothing is charged by itself: renew it with one tap.",
        "Your membership ends in %(num)s days, on %(day)s. Nothing is charged by itself: renew it with one tap.",
        facts["days"],
        day=_until(facts),
    )


def _ends(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your membership ends on %(day)s, as you wished. You may change your mind until then.",
        day=_until(facts),
    )


def _grace(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your period is over. Everything stays as it is until %(day)s; renew it until then.",
        day=_until(facts),
    )


def _lapsed(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your paid membership has ended. Your stories, friends and badges stay, and you may come back any day."
    )


def _awake(facts: dict[str, Any], count: int) -> str:
    return _("Your membership rested for ninety days and goes on now, until %(day)s.", day=_until(facts))


def _vain(facts: dict[str, Any], count: int) -> str:
    return _("Your payment came when it could not be used any more. We are sending the money back.")


def _granted(facts: dict[str, Any], count: int) -> str:
    return _("The house gave you something: you are %(tier)s for a while.", tier=_tier(facts))


def _reached(facts: dict[str, Any], count: int) -> str:
    return _("Your thread has grown: you are %(tier)s now.", tier=_tier(facts))


def _notice(facts: dict[str, Any], count: int) -> str:
    return _(
        "You are %(tier)s until %(day)s. A few deeds before then, and you stay it.",
        tier=_tier(facts),
        day=_until(facts),
    )


def _tier_grace(facts: dict[str, Any], count: int) -> str:
    return _("You stay %(tier)s until %(day)s: there is still time.", tier=_tier(facts), day=_until(facts))


def _left(facts: dict[str, Any], count: int) -> str:
    return _(
        "You are %(tier)s now. What you did stays on your card, and the way up is open.", tier=_tier(facts)
    )


def _joining_day(facts: dict[str, Any], count: int) -> str:
    return ngettext(
        "One year ago today you joined us. Thank you for staying: your card counts every day.",
        "%(num)s years ago today you joined us. Thank you for staying: your card counts every day.",
        facts["years"],
    )


def _kind(name: str, icon: str, text: _Text, label: Any, *, mail: bool = True) -> NotificationKind:
    return NotificationKind(
        f"membership.{name}",
        icon,
        text,
        _l("because it is your membership"),
        label=label,
        mail=mail,
        initiative=Initiative.TRANSACTIONAL,
    )


KINDS = (
    _kind("renew", "calendar-clock", _renew, _l("Your membership ends soon")),
    _kind("ends", "calendar-clock", _ends, _l("Your cancelled membership ends soon")),
    _kind("grace", "hourglass", _grace, _l("A period is over")),
    _kind("lapsed", "leaf", _lapsed, _l("Your membership has ended")),
    _kind("awake", "sunrise", _awake, _l("Your membership goes on after a rest")),
    _kind("paid_in_vain", "undo-2", _vain, _l("A payment that goes back")),
    _kind("granted", "gift", _granted, _l("A membership from the house")),
    _kind("tier_reached", "spool", _reached, _l("A tier you reached"), mail=False),
    _kind("tier_notice", "spool", _notice, _l("A tier that is about to end")),
    _kind("tier_grace", "spool", _tier_grace, _l("A tier in its last days")),
    _kind("tier_left", "spool", _left, _l("A tier you left"), mail=False),
    NotificationKind(
        "membership.joining_day",
        "cake",
        _joining_day,
        _l("because it is your day with us"),
        label=_l("Greetings on your days"),
        mail=True,
        initiative=Initiative.BRAND,
    ),
)
