"""What the door says in words, colours and signs. A door without network says the same: the page carries every sentence with
its gaps (``{time}``), and ``static/js/door`` fills them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from portal.brand.showing import clock_time, day
from portal.core.i18n import _, language
from portal.core.i18n import lazy as _l
from portal.events.models import ScanResult
from portal.events.queries.door import Answer

GREEN, AMBER, RED, CALM = "green", "amber", "red", "calm"


@dataclass(frozen=True, slots=True)
class Look:
    """The colour, the sign and the word of one result."""

    tone: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """What sentences name."""

    people: object = ""
    inside: object = ""
    size: object = ""
    left: object = ""
    time: str = ""
    door: str = ""
    days: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    look: Look
    line: str
    notes: list[str] = field(default_factory=list)


#: the card that a door without network fills
BLANK = Said(Look(CALM, "scan-line", ""), "")

_LOOKS = {
    ScanResult.ADMITTED: (GREEN, "circle-check-big", _l("Please come in")),
    ScanResult.DUPLICATE: (AMBER, "copy-check", _l("Already in")),
    ScanResult.TOO_MANY: (AMBER, "users-round", _l("Too many")),
    ScanResult.WRONG_DAY: (AMBER, "calendar-x-2", _l("Another day")),
    ScanResult.TOO_EARLY: (AMBER, "clock", _l("Too early")),
    ScanResult.NO_PLACE: (AMBER, "armchair", _l("Not in their plan")),
    ScanResult.WRONG_EVENT: (RED, "map-pin-off", _l("Another event")),
    ScanResult.NOT_PAID: (RED, "wallet", _l("Not paid")),
    ScanResult.PASSED_ON: (RED, "forward", _l("Passed on")),
    ScanResult.CANCELLED: (RED, "circle-slash", _l("Ticket given back")),
    ScanResult.UNKNOWN: (RED, "circle-x", _l("Not a ticket")),
}


def look_of(result: ScanResult) -> Look:
    tone, icon, word = _LOOKS[result]
    return Look(tone, icon, str(word))


def sentence(result: ScanResult, gaps: Gaps, *, in_session: bool = False) -> str:
    """One line below the word."""
    if in_session and result is ScanResult.ADMITTED:
        return _("The stamp of this session is given.")
    if in_session and result is ScanResult.DUPLICATE:
        return _("Stamped at %(time)s, door %(door)s.", time=gaps.time, door=gaps.door)
    return _SENTENCES[result](gaps)


_SENTENCES: dict[ScanResult, Callable[[Gaps], str]] = {
    ScanResult.ADMITTED: lambda gaps: _(
        "Let in: %(people)s. Now %(inside)s of %(size)s are in.",
        people=gaps.people,
        inside=gaps.inside,
        size=gaps.size,
    ),
    ScanResult.DUPLICATE: lambda gaps: _(
        "First let in at %(time)s, door %(door)s. %(inside)s of %(size)s are in.",
        time=gaps.time,
        door=gaps.door,
        inside=gaps.inside,
        size=gaps.size,
    ),
    ScanResult.TOO_MANY: lambda gaps: _(
        "Of %(size)s on this ticket only %(left)s are still outside.", size=gaps.size, left=gaps.left
    ),
    ScanResult.WRONG_DAY: lambda gaps: _("This ticket is good on %(days)s.", days=gaps.days),
    ScanResult.TOO_EARLY: lambda gaps: _("This ticket lets in from %(time)s.", time=gaps.time),
    ScanResult.NO_PLACE: lambda gaps: _("This session is not in the plan of this party."),
    ScanResult.WRONG_EVENT: lambda gaps: _("This ticket is for %(event)s.", event=gaps.event),
    ScanResult.NOT_PAID: lambda gaps: _("The seats were kept, but nobody paid for them yet."),
    ScanResult.PASSED_ON: lambda gaps: _(
        "This ticket went on to somebody else, who has a new code. This one is good no more."
    ),
    ScanResult.CANCELLED: lambda gaps: _("This ticket was given back. Its seats went on."),
    ScanResult.UNKNOWN: lambda gaps: _("We know no ticket with this code. Look once more, or type it."),
}


def said(answer: Answer) -> Said:
    """What is said to one scan."""
    scan = answer.scan
    if scan.undone_at is not None:
        return Said(Look(CALM, "undo-2", _("Taken back")), _("Nobody came in by this scan."))
    return Said(
        look_of(scan.result),
        sentence(scan.result, _gaps(answer), in_session=answer.session is not None),
        _notes(answer),
    )


def with_gaps() -> dict[str, tuple[Look, str]]:
    """Every result with its sentence, gaps open, for a door without network; those at a session are named so."""
    open_ones = Gaps("{people}", "{inside}", "{size}", "{left}", "{time}", "{door}", "{days}", "{event}")
    found = {one.value: (look_of(one), sentence(one, open_ones)) for one in ScanResult}
    for one in (ScanResult.ADMITTED, ScanResult.DUPLICATE):
        found[f"session-{one.value}"] = (look_of(one), sentence(one, open_ones, in_session=True))
    missing = _("This code is not in the list on this device. With the network back, scan it again.")
    found[ScanResult.UNKNOWN.value] = (look_of(ScanResult.UNKNOWN), missing)
    return found


def nth_festival(number: int) -> str:
    """Third festival, as people say it."""
    return _("%(nth)s festival", nth=_ordinal(number)) if number else ""


def _ordinal(number: int) -> str:
    if language() != "en":
        return str(number)
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _gaps(answer: Answer) -> Gaps:
    first, kind = answer.earlier, answer.ticket_type
    time, door = (clock_time(first.at), first.door) if first else ("", "")
    if answer.scan.result is ScanResult.TOO_EARLY and answer.day is not None and kind is not None:
        time = clock_time(answer.day.starts_at - timedelta(minutes=kind.early_minutes))
    return Gaps(
        people=answer.scan.people,
        inside=answer.inside,
        size=answer.size,
        left=answer.left,
        time=time,
        door=door,
        days=" · ".join(day(one.starts_at) for one in answer.right_days),
        event=answer.other_event.name if answer.other_event else "",
    )


def _notes(answer: Answer) -> list[str]:
    """What else is worth a word."""
    notes = []
    if answer.is_early:
        notes.append(_("Early entry, as this ticket allows."))
    if answer.scan.conflict:
        against = look_of(ScanResult(answer.scan.against)).word
        notes.append(
            _("Let in by a door without network. The house would have said: %(word)s.", word=against)
        )
    elif answer.scan.against:
        notes.append(_("Let in anyway."))
    return notes
