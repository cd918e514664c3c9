"""The sentences of events' messages, in the language in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.brand.showing import clock_time, day, money
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _, ngettext
from portal.core.i18n import lazy as _l
from portal.core.money import Money
from portal.core.words import spoken
from portal.events.models import Ended, ReminderKind

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


def _bell_won(facts: dict[str, Any], count: int) -> str:
    until = datetime.fromisoformat(facts["until"])
    return _(
        "The bell for %(event)s rang, and you were drawn: your seats are kept until %(day)s, %(time)s.",
        event=name_of(facts),
        day=day(until),
        time=clock_time(until),
    )


def _bell_waits(facts: dict[str, Any], count: int) -> str:
    return _(
        "The bell for %(event)s rang: you are number %(place)s in the draw and stand in line in that order.",
        event=name_of(facts),
        place=facts["place"],
    )


def _line_closed(facts: dict[str, Any], count: int) -> str:
    return _(
        "No seats became free for you at %(event)s (%(ticket)s), and the waiting list is closed now. "
        "Thank you for waiting.",
        event=name_of(facts),
        ticket=spoken(facts["ticket_zh"], facts["ticket_en"]),
    )


def _lapsed(facts: dict[str, Any], count: int) -> str:
    return _("The offer for %(event)s ended, and the seats went on to who waits next.", event=name_of(facts))


#: why money came in vain, in a word of ``services.paying``
IN_VAIN: dict[str, Callable[[str], str]] = {
    "twice": lambda event: _(
        "You paid for %(event)s twice. We are sending the second payment back.", event=event
    ),
    "called_off": lambda event: _(
        "%(event)s does not take place. We are sending back what you paid for it.", event=event
    ),
    "staff": lambda event: _(
        "Your payment for %(event)s came when we had taken the ticket back already. We are sending the money back.",
        event=event,
    ),
    "refunded": lambda event: _(
        "Your payment for %(event)s came when another one had gone back already, and the ticket had ended with it. "
        "We are sending this money back, too.",
        event=event,
    ),
    "newer": lambda event: _(
        "Your payment was for an earlier sign-up for %(event)s, and you signed up anew meanwhile. "
        "We are sending the money back.",
        event=event,
    ),
    "given_up": lambda event: _(
        "Your payment for %(event)s came when the seats were given up already. We are sending the money back.",
        event=event,
    ),
    "over": lambda event: _(
        "Your payment for %(event)s came when it was over. We are sending the money back.", event=event
    ),
    "gone": lambda event: _(
        "Your payment for %(event)s came when the seats were gone. We are sending the money back.",
        event=event,
    ),
}


def _vain(facts: dict[str, Any], count: int) -> str:
    return IN_VAIN[facts.get("why", "gone")](name_of(facts))


def _passed_on(facts: dict[str, Any], count: int) -> str:
    return _("%(name)s took over your ticket for %(event)s.", name=facts["taker"], event=name_of(facts))


def _changed(facts: dict[str, Any], count: int) -> str:
    return _(
        "Something changed: %(event)s is now on %(when)s. Your ticket stays good.",
        event=name_of(facts),
        when=_when(facts),
    )


def _when(facts: dict[str, Any]) -> str:
    """Day, hour and place, as far as they are known."""
    starts_at = datetime.fromisoformat(facts["starts_at"])
    place = spoken(facts["place_zh"], facts["place_en"])
    moment = f"{day(starts_at)} {clock_time(starts_at)}"
    return f"{moment} · {place}" if place else moment


def _cancelled(facts: dict[str, Any], count: int) -> str:
    event, why = name_of(facts), Ended(facts["why"])
    if why is Ended.RELEASED:
        said = _("Thank you for telling us in time that you cannot come to %(event)s.", event=event)
    elif why is Ended.REFUNDED:
        said = _("The money for your ticket for %(event)s went back, so the ticket ended.", event=event)
    else:
        said = _("You gave your ticket for %(event)s back.", event=event)
    return said + _back(facts)


def _missed(facts: dict[str, Any], count: int) -> str:
    return _(
        "We missed you at %(event)s, and hope all is well. It means one thing only: in the next draw your place comes behind the"
        " others, once. If something came between, tell us in a sentence.",
        event=name_of(facts),
    )


def _no_show_decided(facts: dict[str, Any], count: int) -> str:
    if facts["forgiven"]:
        return _(
            "Thank you for telling us about %(event)s. It is forgotten and counts for nothing.",
            event=name_of(facts),
        )
    return _(
        "We read what you wrote about %(event)s. It stays this time: your place in the next draw comes behind the others, once.",
        event=name_of(facts),
    )


def _money_back(facts: dict[str, Any], count: int) -> str:
    return _("Fewer of you come to %(event)s.", event=name_of(facts)) + _back(facts)


def _reminder(facts: dict[str, Any], count: int) -> str:
    event, when, kind = name_of(facts), _when(facts), ReminderKind(facts["near"])
    if kind is ReminderKind.WEEK:
        return _("%(event)s comes near: %(when)s. We look forward to you.", event=event, when=when)
    if kind is ReminderKind.DAY:
        return _(
            "See you soon at %(event)s: %(when)s. If you cannot make it, please say so on your ticket.",
            event=event,
            when=when,
        )
    if kind is ReminderKind.HOURS:
        return _("%(event)s begins soon: %(when)s. Have your ticket at hand.", event=event, when=when)
    return _("%(event)s begins soon, here: %(url)s", event=event, url=facts["url"])


def _session(facts: dict[str, Any]) -> str:
    return spoken(facts["session_zh"], facts["session_en"])


def _session_changed(facts: dict[str, Any], count: int) -> str:
    starts_at = datetime.fromisoformat(facts["starts_at"])
    return _(
        "“%(session)s” at %(event)s is now on %(day)s, %(time)s. Your plan says where.",
        session=_session(facts),
        event=name_of(facts),
        day=day(starts_at),
        time=clock_time(starts_at),
    )


def _session_cancelled(facts: dict[str, Any], count: int) -> str:
    return _(
        "“%(session)s” at %(event)s does not take place. We are sorry; your ticket stays good.",
        session=_session(facts),
        event=name_of(facts),
    )


def _back(facts: dict[str, Any]) -> str:
    """What comes back, as a sentence of its own; empty when nothing does."""
    if not facts["refund"]:
        return ""
    back = money(Money(facts["refund"], facts["currency"]))
    return " " + _("%(money)s is on its way back.", money=back)


def _staff_cancelled(facts: dict[str, Any], count: int) -> str:
    said = _(
        "We had to take your ticket for %(event)s back: %(reason)s",
        event=name_of(facts),
        reason=facts["reason"],
    )
    return said + _back(facts)


def _called_off(facts: dict[str, Any], count: int) -> str:
    said = _("%(event)s does not take place: %(reason)s", event=name_of(facts), reason=facts["words"])
    return said + _back(facts)


def _letter(facts: dict[str, Any], count: int) -> str:
    subject = spoken(facts["subject_zh"], facts["subject_en"])
    return _("%(subject)s (%(event)s)", subject=subject, event=name_of(facts))


def _sessions_drawn(facts: dict[str, Any], count: int) -> str:
    name = name_of(facts)
    if facts["won"]:
        return ngettext(
            "The sessions of %(event)s are drawn: %(num)s of your wishes came true.",
            "The sessions of %(event)s are drawn: %(num)s of your wishes came true.",
            facts["won"],
            event=name,
        )
    return _(
        "The sessions of %(event)s are drawn. None of your wishes came true; see why, and what is free.",
        event=name,
    )


def _kind(name: str, icon: str, text: _Text, label: Any) -> NotificationKind:
    return NotificationKind(
        f"events.{name}",
        icon,
        text,
        reason=_l("because it is about an event you signed up for"),
        label=label,
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    )


KINDS = (
    _kind("confirmed", "ticket", _confirmed, _l("Your ticket")),
    _kind("offered", "bell-ring", _offered, _l("An offer of the waiting list")),
    _kind("bell_won", "bell-ring", _bell_won, _l("The opening bell rang for you")),
    _kind("bell_waits", "bell", _bell_waits, _l("Your place after the opening bell")),
    _kind("line_closed", "hourglass", _line_closed, _l("A waiting list that closed")),
    _kind("offer_lapsed", "clock", _lapsed, _l("An offer that ended")),
    _kind("passed_on", "gift", _passed_on, _l("A ticket that you passed on")),
    _kind("reminder", "alarm-clock", _reminder, _l("Reminders of an event you go to")),
    _kind("cancelled", "ticket-x", _cancelled, _l("A ticket that ended")),
    _kind("missed", "heart", _missed, _l("When we missed you at an event")),
    _kind("no_show_decided", "scale", _no_show_decided, _l("What became of a day you missed")),
    _kind("money_back", "undo-2", _money_back, _l("Money that comes back for a ticket")),
    _kind("changed", "calendar-clock", _changed, _l("An event that moved")),
    _kind("session_changed", "calendar-clock", _session_changed, _l("A session that moved")),
    _kind("session_cancelled", "calendar-x", _session_cancelled, _l("A session that does not take place")),
    _kind("staff_cancelled", "undo-2", _staff_cancelled, _l("A ticket that we took back")),
    _kind("called_off", "calendar-x", _called_off, _l("An event that does not take place")),
    _kind("letter", "mail", _letter, _l("Word from who makes the event")),
    _kind("sessions_drawn", "dices", _sessions_drawn, _l("The draw of sessions")),
    _kind("paid_in_vain", "undo-2", _vain, _l("Money that comes back")),
)
