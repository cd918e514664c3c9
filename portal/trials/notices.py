"""The sentences of trials' messages, in the language in force. Who gets them applied, so nothing holds them back.

Each tells of a trial by ``name_zh`` and ``name_en``; moments are told as ``until`` (ISO), and read in the shop's zone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.brand.showing import clock_time, day, exactly
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.words import spoken

_Text = Callable[[dict[str, Any], int], str]


def _trial(facts: dict[str, Any]) -> str:
    return spoken(facts["name_zh"], facts["name_en"])


def _until(facts: dict[str, Any]) -> str:
    return exactly(datetime.fromisoformat(facts["until"]))


# ------------------------------------------------------------------ chosen or not


def _chosen(facts: dict[str, Any], count: int) -> str:
    """``substitute``: they stood in line, and a place became free."""
    named = {"trial": _trial(facts), "moment": _until(facts)}
    if facts.get("substitute"):
        return _(
            "A place became free for you in %(trial)s. Please say until %(moment)s if you take it.", **named
        )
    return _("You were chosen for %(trial)s! Please say until %(moment)s that you take part.", **named)


def _not_chosen(facts: dict[str, Any], count: int) -> str:
    """With ``place`` they are a substitute, and the how manieth."""
    if facts.get("place"):
        return _(
            "%(trial)s is full, but you are substitute number %(place)s: when a place becomes free, we ask you.",
            trial=_trial(facts),
            place=facts["place"],
        )
    return _(
        "This time %(trial)s went to others. Thank you for applying; how it was decided is there to read.",
        trial=_trial(facts),
    )


def _accept_soon(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your place in %(trial)s is kept until %(moment)s. Then it goes to who is next.",
        trial=_trial(facts),
        moment=_until(facts),
    )


def _lapsed(facts: dict[str, Any], count: int) -> str:
    return _(
        "We did not hear from you in time, so your place in %(trial)s went to who is next. It does not count against you.",
        trial=_trial(facts),
    )


def _cancelled(facts: dict[str, Any], count: int) -> str:
    return _("%(trial)s does not take place after all. We are sorry.", trial=_trial(facts))


# ------------------------------------------------------------------ the clock


def _address_soon(facts: dict[str, Any], count: int) -> str:
    return _(
        "We want to send you %(trial)s, and do not know where to. Without an address the place is free again on %(moment)s.",
        trial=_trial(facts),
        moment=_until(facts),
    )


def _arrived(facts: dict[str, Any], count: int) -> str:
    return _(
        "It arrived, enjoy trying it! Your report on %(trial)s is due on %(day)s.",
        trial=_trial(facts),
        day=day(datetime.fromisoformat(facts["until"])),
    )


def _due_soon(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your report on %(trial)s is due on %(day)s. What you have so far is kept.",
        trial=_trial(facts),
        day=day(datetime.fromisoformat(facts["until"])),
    )


def _due_today(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your report on %(trial)s is due today, until %(time)s.",
        trial=_trial(facts),
        time=clock_time(datetime.fromisoformat(facts["until"])),
    )


def _late(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your report on %(trial)s was due. Until %(moment)s it still counts, as a late one.",
        trial=_trial(facts),
        moment=_until(facts),
    )


def _missing(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your report on %(trial)s did not come, so you can apply again from %(day)s. If something serious "
        "happened, please write to us. A report that comes after all is welcome, and ends the break.",
        trial=_trial(facts),
        day=day(datetime.fromisoformat(facts["until"])),
    )


def _excused(facts: dict[str, Any], count: int) -> str:
    return _("%(trial)s is over for you, and nothing counts against you. Thank you.", trial=_trial(facts))


# ------------------------------------------------------------------ reports and suggestions


def _answered(facts: dict[str, Any], count: int) -> str:
    """With ``adopted`` it is taken up; else ``reply`` says why not. Where a report is spoken of, its label is."""
    named = {"trial": _trial(facts), "label": spoken(facts["label_zh"], facts["label_en"])}
    if facts["adopted"]:
        return _("We take up what you suggested in your report on %(trial)s (%(label)s). Thank you!", **named)
    return _(
        "We answered what you suggested in your report on %(trial)s (%(label)s): %(reply)s",
        reply=facts["reply"],
        **named,
    )


def _mended(facts: dict[str, Any], count: int) -> str:
    return _(
        "We mended slips of the pen in your report on %(trial)s (%(label)s). What you wrote stands below it, word for word.",
        trial=_trial(facts),
        label=spoken(facts["label_zh"], facts["label_en"]),
    )


def _kind(name: str, icon: str, text: _Text, label: Any, reason: Any = None) -> NotificationKind:
    return NotificationKind(
        f"trials.{name}",
        icon,
        text,
        reason=reason or _l("because you applied for a trial"),
        label=label,
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    )


_WROTE = _l("because you wrote a trial report")

KINDS = (
    _kind("chosen", "party-popper", _chosen, _l("When you were chosen for a trial")),
    _kind("not_chosen", "flask-conical", _not_chosen, _l("When a trial went to others")),
    _kind("accept_soon", "alarm-clock", _accept_soon, _l("A place in a trial that is kept for you")),
    _kind("lapsed", "calendar-x", _lapsed, _l("A place in a trial that went to who is next")),
    _kind("cancelled", "calendar-x", _cancelled, _l("A trial that does not take place")),
    _kind("address_soon", "map-pin", _address_soon, _l("When we need to know where to send what you try")),
    _kind("arrived", "package-check", _arrived, _l("When a trial begins for you")),
    _kind("due_soon", "alarm-clock", _due_soon, _l("Reminders of a report that is due")),
    _kind("due_today", "alarm-clock", _due_today, _l("A report that is due today")),
    _kind("late", "clock-alert", _late, _l("A report that is late")),
    _kind("missing", "file-x", _missing, _l("A report that did not come")),
    _kind("excused", "heart-handshake", _excused, _l("A trial that is over without a report")),
    _kind("answered", "lightbulb", _answered, _l("Answers to what you suggested"), _WROTE),
    _kind("mended", "spell-check", _mended, _l("When slips of the pen in your report are mended"), _WROTE),
)
