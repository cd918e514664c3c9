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
from portal.membership.day_words import ICONS, gift_words, greeted_words, product_names
from portal.membership.models import RitualKind

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
    said = ngettext(
        "One year ago today you joined us. Thank you for staying: your card counts every day.",
        "%(num)s years ago today you joined us. Thank you for staying: your card counts every day.",
        facts["years"],
    )
    return said + _gift(facts)


def _birthday(facts: dict[str, Any], count: int) -> str:
    return _("Happy birthday! Everybody here wishes you a good year.") + _gift(facts)


def _product_day(facts: dict[str, Any], count: int) -> str:
    said = ngettext(
        "%(num)s year with %(product)s. May it stay with you for a long time.",
        "%(num)s years with %(product)s. May it stay with you for a long time.",
        facts["years"],
        product=product_names(facts),
    )
    return said + _gift(facts)


def _holiday(facts: dict[str, Any], count: int) -> str:
    return greeted_words(RitualKind.HOLIDAY, facts) + _gift(facts)


def _gift(facts: dict[str, Any]) -> str:
    """Only what was given is told of."""
    if not (gift := facts.get("gift")):
        return ""
    return " " + _("Something small goes with it: %(gift)s.", gift=gift_words(gift))


def _day(kind: RitualKind, text: _Text, label: Any, reason: Any) -> NotificationKind:
    return NotificationKind(
        f"membership.{kind.value}",
        ICONS[kind],
        text,
        reason,
        label=label,
        mail=True,
        initiative=Initiative.BRAND,
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
    _day(
        RitualKind.BIRTHDAY,
        _birthday,
        _l("A greeting on your birthday"),
        _l("because you told us your birthday"),
    ),
    _day(
        RitualKind.JOINING_DAY,
        _joining_day,
        _l("A greeting on the day you joined"),
        _l("because it is your day with us"),
    ),
    _day(
        RitualKind.PRODUCT_DAY,
        _product_day,
        _l("A greeting when something of ours has been with you for a year"),
        _l("because it came to you on this day"),
    ),
    _day(
        RitualKind.HOLIDAY,
        _holiday,
        _l("Greetings on holidays"),
        _l("because it is a day that we keep together"),
    ),
)
