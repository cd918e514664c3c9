"""What members are told about events. They must know it, so nothing holds it back. Letters about a ticket bring what a
calendar reads, and its code where somebody may need it on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.brand import queries as brand
from portal.core import calendar
from portal.core.calendar import CANCEL, PUBLISH, Entry
from portal.core.db import db
from portal.core.mail.services import Attachment, Enclosure
from portal.events.models import (
    BellEntry,
    Event,
    EventLetter,
    EventSession,
    Origin,
    Registration,
    ReminderKind,
    TicketType,
    WaitingEntry,
)
from portal.events.queries import calendars
from portal.events.rules.codes import shown_code
from portal.notifications.services import notify

#: where members see what was noted
NO_SHOWS = "/me/no-shows"


def tell(
    registration: Registration,
    kind: str,
    *,
    path: str = "",
    to: str | None = None,
    turn: str = "",
    enclose: Callable[[], Enclosure] | None = None,
    **facts: Any,
) -> None:
    """One message about a registration to who holds it (or ``to``); its sentence gets the event's names and ``facts``.

    ``turn``: what happens again to the same ticket is a message of its own. ``enclose`` makes what only the letter brings, in
    the reader's language.
    """
    event = db.session.get_one(Event, registration.event_id)
    notify(
        [to or registration.member_id],
        f"events.{kind}",
        path=path or f"/me/tickets/{registration.id}",
        group=f"event:{registration.id}:{kind}:{registration.version}{turn}",
        enclose=enclose,
        name_zh=event.name_zh,
        name_en=event.name_en,
        **facts,
    )


def offered(event: Event, registration: Registration) -> None:
    assert registration.hold_until is not None
    tell(
        registration,
        "bell_won" if registration.origin is Origin.BELL else "offered",
        path=f"/events/{event.slug}/register/{registration.id}",
        until=registration.hold_until.isoformat(),
        people=registration.people,
    )


def offer_lapsed(registration: Registration) -> None:
    """The seats went on; behind it is the way back into line."""
    event = db.session.get_one(Event, registration.event_id)
    tell(registration, "offer_lapsed", path=f"/events/{event.slug}/waiting")


def bell_waits(event: Event, entry: BellEntry) -> None:
    """It rang, and the seats went to those before them: they stand in line as they were drawn."""
    notify(
        [entry.member_id],
        "events.bell_waits",
        path=f"/events/{event.slug}/bell/{entry.ticket_type_id}",
        group=f"event:{entry.id}:bell",
        name_zh=event.name_zh,
        name_en=event.name_en,
        place=entry.place,
    )


def line_closed(event: Event, ticket_type: TicketType, entry: WaitingEntry | BellEntry) -> None:
    """Nothing can come of waiting, or of gathering, any more."""
    notify(
        [entry.member_id],
        "events.line_closed",
        path=f"/events/{event.slug}/waiting",
        group=f"event:{entry.id}:closed",
        name_zh=event.name_zh,
        name_en=event.name_en,
        ticket_zh=ticket_type.name_zh,
        ticket_en=ticket_type.name_en,
    )


def confirmed(registration: Registration) -> None:
    """Here is your ticket: with its code, and for the calendar."""
    tell(registration, "confirmed", enclose=_enclosed_ticket(registration, with_code=True))


def paid_in_vain(registration: Registration, *, why: str) -> None:
    """Money goes back; ``why`` is one of the words of ``notices.IN_VAIN``."""
    tell(registration, "paid_in_vain", turn=f":{why}", to=registration.buyer_id, why=why)


def passed_on(registration: Registration, *, giver_id: str, taker: str) -> None:
    """To who gave it: it arrived, and their calendar forgets it. Who took it gets the ticket itself."""
    enclose = _called_off_entry(registration)
    tell(registration, "passed_on", to=giver_id, taker=taker, enclose=enclose)


def ended(registration: Registration, *, refund: int) -> None:
    """Its holder gave the ticket back, or its money went back; ``refund`` (minor units) is on its way."""
    assert registration.ended is not None
    tell(
        registration,
        "cancelled",
        why=registration.ended.value,
        refund=refund,
        currency=registration.currency,
        enclose=_called_off_entry(registration),
    )


def missed(registration: Registration) -> None:
    """They did not come: kindly, what it means, and where to say why."""
    tell(registration, "missed", path=NO_SHOWS)


def no_show_decided(registration: Registration, *, member_id: str, forgiven: bool) -> None:
    """What staff made of it: to whom it was noted of."""
    tell(registration, "no_show_decided", path=NO_SHOWS, to=member_id, turn=f":{forgiven}", forgiven=forgiven)


def money_back(registration: Registration, refund: int) -> None:
    """The ticket stays, but costs less now: ``refund`` (minor units) is on its way to who paid."""
    tell(
        registration,
        "money_back",
        to=registration.buyer_id,
        refund=refund,
        currency=registration.currency,
    )


def reminded(registration: Registration, kind: ReminderKind, starts_at: datetime) -> None:
    """It comes near. Hours before the letter brings the code, too: it may be all that opens on the way."""
    event = db.session.get_one(Event, registration.event_id)
    facts = {"near": kind.value, "starts_at": starts_at.isoformat(), **_place(event)}
    if kind is ReminderKind.ONLINE:
        facts["url"] = event.online_url
    code = shown_code(registration.code or "") if kind is ReminderKind.HOURS else ""
    turn = f":{kind.value}:{event.sequence}"  # said anew of another day it is a message of its own
    tell(registration, "reminder", turn=turn, enclose=lambda: Enclosure(code=code), **facts)


def changed(registration: Registration, session: EventSession | None = None) -> None:
    """Time or place is another one: of the event, or of a session that they take part in."""
    if session is not None:
        _tell_session(registration, "session_changed", session, PUBLISH)
        return
    event = db.session.get_one(Event, registration.event_id)
    starts_at = min(entry.starts_at for entry in calendars.ticket_entries(registration))
    facts = {"starts_at": starts_at.isoformat(), **_place(event)}
    enclose = _enclosed_ticket(registration)
    tell(registration, "changed", turn=f":{event.sequence}", enclose=enclose, **facts)


def session_cancelled(registration: Registration, session: EventSession) -> None:
    _tell_session(registration, "session_cancelled", session, CANCEL)


def _tell_session(registration: Registration, kind: str, session: EventSession, method: str) -> None:
    tell(
        registration,
        kind,
        turn=f":{session.id}:{session.sequence}",
        enclose=lambda: _enclosed([calendars.session_entry(session)], method),
        **_of_session(session),
    )


def _of_session(session: EventSession) -> dict[str, str]:
    return {
        "session_id": session.id,
        "session_zh": session.name_zh,
        "session_en": session.name_en,
        "starts_at": session.starts_at.isoformat(),
    }


def cancelled_by_staff(registration: Registration, *, reason: str, refund: int) -> None:
    """Staff gave the ticket back; ``refund`` (minor units) is on its way to who paid."""
    tell(
        registration,
        "staff_cancelled",
        reason=reason,
        refund=refund,
        currency=registration.currency,
        enclose=_called_off_entry(registration),
    )


def called_off(registration: Registration, *, refund: int) -> None:
    """The event does not take place: to who holds the ticket, and to who paid if that is somebody else."""
    event = db.session.get_one(Event, registration.event_id)
    for member_id in sorted({registration.member_id, registration.buyer_id}):
        back = refund if member_id == registration.buyer_id else 0
        facts: dict[str, Any] = {
            "words": event.cancel_words,
            "refund": back,
            "currency": registration.currency,
        }
        enclose = _called_off_entry(registration) if member_id == registration.member_id else None
        tell(
            registration,
            "called_off",
            path=f"/events/{event.slug}",
            to=member_id,
            enclose=enclose,
            **facts,
        )


def called_off_for_who_waits(entry: WaitingEntry | BellEntry) -> None:
    """Also to who gathers for its bell."""
    event = db.session.get_one(Event, entry.event_id)
    notify(
        [entry.member_id],
        "events.called_off",
        path=f"/events/{event.slug}",
        group=f"event:{event.id}:called_off",
        name_zh=event.name_zh,
        name_en=event.name_en,
        words=event.cancel_words,
        refund=0,
        currency="",
    )


def letter(event: Event, letter: EventLetter, member_ids: list[str]) -> None:
    """A letter of staff: its subject in the inbox, all of it in the mail and on its page."""
    notify(
        member_ids,
        "events.letter",
        path=f"/events/{event.slug}/letters/{letter.id}",
        group=f"event-letter:{letter.id}",
        enclose=lambda: Enclosure(paragraphs=tuple(letter.text.text.splitlines())),
        name_zh=event.name_zh,
        name_en=event.name_en,
        subject_zh=letter.subject_zh,
        subject_en=letter.subject_en,
    )


# ------------------------------------------------------------------ what letters bring


def _enclosed_ticket(registration: Registration, *, with_code: bool = False) -> Callable[[], Enclosure]:
    code = shown_code(registration.code) if with_code and registration.code else ""
    return lambda: _enclosed(calendars.ticket_entries(registration), PUBLISH, code)


def _called_off_entry(registration: Registration) -> Callable[[], Enclosure]:
    """Calendars take the ticket out."""
    return lambda: _enclosed(calendars.ticket_entries(registration), CANCEL)


def _enclosed(entries: list[Entry], method: str, code: str = "") -> Enclosure:
    text = calendar.written(entries, house=brand.current(), method=method)
    return Enclosure(code=code, attachment=Attachment("event.ics", f"{calendar.TYPE}; method={method}", text))


def _place(event: Event) -> dict[str, str]:
    return {"place_zh": event.place_zh, "place_en": event.place_en}
