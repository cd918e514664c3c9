"""What stands on the page of the door: the answer to a scan, who is in, what was scanned, and what doors disagree about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from portal.accounts.queries import members_named
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.queries import is_photo_id
from portal.core.paging import Page, keyset_page
from portal.events.models import (
    Arrival,
    Event,
    EventDay,
    EventKind,
    EventSession,
    Guest,
    Question,
    Registration,
    RegistrationState,
    Scan,
    ScanResult,
    TicketType,
)
from portal.events.queries.programme import days_of
from portal.events.rules.door import Window
from portal.membership.models import Tier
from portal.membership.queries.access import tiers_of

#: so many scans below the camera
NEWEST = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door says to one scan, with all that a host wants to know of who stands there.

    ``inside`` of ``size`` are in that day; ``earlier`` let the first of them in (or gave the session's stamp). ``festival``: their
    so many-th. ``right_days``: when this ticket is good. ``helps``: what they told they need.
    """

    scan: Scan
    event: Event
    registration: Registration | None = None
    ticket_type: TicketType | None = None
    other_event: Event | None = None
    day: EventDay | None = None
    session: EventSession | None = None
    earlier: Scan | None = None
    guests: list[Guest] = field(default_factory=list)
    helps: list[str] = field(default_factory=list)
    right_days: list[EventDay] = field(default_factory=list)
    tiers: list[Tier] = field(default_factory=list)
    avatar: str | None = None
    festival: int = 0
    inside: int = 0

    @property
    def name(self) -> str:
        return self.registration.name if self.registration else ""

    @property
    def size(self) -> int:
        return self.registration.people + self.registration.children if self.registration else 0

    @property
    def left(self) -> int:
        return max(0, self.size - self.inside)

    @property
    def is_early(self) -> bool:
        """Let in before the doors open, as their ticket says."""
        let_in = self.scan.result is ScanResult.ADMITTED
        return let_in and self.day is not None and self.scan.at < self.day.starts_at


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one ticket type so many people are in, of so many who are expected today."""

    ticket_type: TicketType
    inside: int
    expected: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """A line of what was scanned."""

    scan: Scan
    name: str


@dataclass(frozen=True, slots=True)
class Disputed:
    """A scan that let people in at a door without network, and the other one of the same ticket, if there is one."""

    scan: Scan
    name: str
    other: Scan | None


def get_scan(event: Event, scan_id: str) -> Scan:
    """A scan of this event. Raises NotFound."""
    found = db.session.get(Scan, scan_id) if is_photo_id(scan_id) else None
    if found is None or found.event_id != event.id:
        raise NotFound(_("There is no such scan."))
    return found


def answer_to(event: Event, scan: Scan) -> Answer:
    """Everything about a scan. A fixed number of queries."""
    days = days_of(event.id)
    day = next((one for one in days if one.id == scan.day_id), None)
    registration = db.session.get(Registration, scan.registration_id) if scan.registration_id else None
    if registration is None or registration.event_id != event.id:
        other = db.session.get(Event, registration.event_id) if registration else None
        return Answer(scan, event, day=day, other_event=other)
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    arrival = db.session.get(Arrival, (registration.id, day.id)) if day else None
    member_id = registration.member_id
    member = members_named([member_id]).get(member_id)
    return Answer(
        scan,
        event,
        registration,
        ticket_type,
        day=day,
        session=db.session.get(EventSession, scan.session_id) if scan.session_id else None,
        earlier=_earlier(scan),
        guests=guests_of([registration.id]).get(registration.id, []),
        helps=help_of([registration], questions_about_help(event.id))[registration.id],
        right_days=[one for one in days if ticket_type.day_id in (None, one.id)],
        tiers=tiers_of([member_id]).get(member_id, []),
        avatar=member.avatar if member else None,
        festival=festivals_of(member_id) if event.kind is EventKind.FESTIVAL else 0,
        inside=arrival.people if arrival else 0,
    )


def _earlier(scan: Scan) -> Scan | None:
    """The first scan of this ticket that stands, at the same session or on the same day."""
    same = Scan.session_id == scan.session_id if scan.session_id else Scan.day_id == scan.day_id
    statement = sa.select(Scan).where(
        Scan.registration_id == scan.registration_id,
        Scan.result == ScanResult.ADMITTED,
        Scan.undone_at.is_(None),
        Scan.id != scan.id,
        same,
    )
    return db.session.scalar(statement.order_by(Scan.at, Scan.id).limit(1))


def festivals_of(member_id: str) -> int:
    """At how many festivals they were let in, this one too."""
    been = (
        sa.select(sa.func.count(sa.distinct(Event.id)))
        .join(Registration, Registration.event_id == Event.id)
        .join(Arrival, Arrival.registration_id == Registration.id)
        .where(Registration.member_id == member_id, Event.kind == EventKind.FESTIVAL)
    )
    return db.session.scalar(been) or 0


def guests_of(registration_ids: Iterable[str]) -> dict[str, list[Guest]]:
    """Who comes along, in order, by registration. One query."""
    found: dict[str, list[Guest]] = {}
    for one in guests_among(sorted(set(registration_ids))):
        found.setdefault(one.registration_id, []).append(one)
    return found


def guests_among(registrations: list[str] | sa.Select[str]) -> list[Guest]:
    """Who comes along with these registrations, in order. One query."""
    statement = sa.select(Guest).where(Guest.registration_id.in_(registrations))
    return list(db.session.scalars(statement.order_by(Guest.registration_id, Guest.position)))


def questions_about_help(event_id: str) -> list[Question]:
    mine = sa.select(Question).where(Question.event_id == event_id, Question.helps_access)
    return list(db.session.scalars(mine.order_by(Question.position)))


def help_of(registrations: Iterable[Registration], questions: list[Question]) -> dict[str, list[str]]:
    """What each of them answered to the questions about help, in words. No query."""
    found = {}
    for one in registrations:
        answers = json.loads(one.answers) if questions and one.answers else {}
        found[one.id] = [line for asked in questions if (line := _words(asked, answers.get(asked.id)))]
    return found


def _words(asked: Question, answer: object) -> str:
    if answer in (None, "", False, []):
        return ""
    return asked.label if answer is True else f"{asked.label}: {answer}"


# ------------------------------------------------------------------ lists


def count_inside(event: Event, window: Window | None) -> list[Counted]:
    """Today's people by ticket type. Nobody is expected when there is no day. One query."""
    if window is None:
        return []
    people = Registration.people + Registration.children
    confirmed = Registration.state == RegistrationState.CONFIRMED
    today = sa.and_(Arrival.registration_id == Registration.id, Arrival.day_id == window.day_id)
    statement = (
        sa.select(
            TicketType,
            sa.func.coalesce(sa.func.sum(Arrival.people), 0),
            sa.func.coalesce(sa.func.sum(people).filter(confirmed), 0),
        )
        .outerjoin(Registration, Registration.ticket_type_id == TicketType.id)
        .outerjoin(Arrival, today)
        .where(TicketType.event_id == event.id)
        .where(sa.or_(TicketType.day_id.is_(None), TicketType.day_id == window.day_id))
        .group_by(TicketType.id)
        .order_by(TicketType.position, TicketType.id)
    )
    return [
        Counted(kind, int(inside), int(expected)) for kind, inside, expected in db.session.execute(statement)
    ]


def scans_of(event_id: str, cursor: str | None = None, limit: int = 24) -> Page[Scanned]:
    """What was scanned, the latest first. One query."""
    at, scan_id = Scan.at.label("at"), Scan.id.label("scan_id")
    statement = (
        sa.select(Scan, Registration.name, at, scan_id)
        .outerjoin(Registration, Registration.id == Scan.registration_id)
        .where(Scan.event_id == event_id)
    )
    found = keyset_page(statement, (at, scan_id), cursor=cursor, limit=limit, scalars=False)
    return Page([Scanned(row[0], row[1] or "") for row in found.items], found.next_cursor)


def conflicts_of(event_id: str, cursor: str | None = None, limit: int = 24) -> Page[Disputed]:
    """What doors disagree about and nobody settled, the latest first. Two queries."""
    at, scan_id = Scan.at.label("at"), Scan.id.label("scan_id")
    statement = (
        sa.select(Scan, Registration.name, at, scan_id)
        .outerjoin(Registration, Registration.id == Scan.registration_id)
        .where(Scan.event_id == event_id, Scan.conflict, Scan.settled_at.is_(None))
    )
    found = keyset_page(statement, (at, scan_id), cursor=cursor, limit=limit, scalars=False)
    others = _others([row[0] for row in found.items])
    lines = [Disputed(row[0], row[1] or "", others.get(row[0].id)) for row in found.items]
    return Page(lines, found.next_cursor)


def number_of_conflicts(event_id: str) -> int:
    waiting = sa.select(sa.func.count()).where(
        Scan.event_id == event_id, Scan.conflict, Scan.settled_at.is_(None)
    )
    return db.session.scalar(waiting) or 0


def _others(scans: list[Scan]) -> dict[str, Scan]:
    """For each the first other scan that let the same ticket in on that day."""
    ids = {one.registration_id for one in scans if one.registration_id}
    if not ids:
        return {}
    statement = sa.select(Scan).where(
        Scan.registration_id.in_(sorted(ids)), Scan.result == ScanResult.ADMITTED, Scan.undone_at.is_(None)
    )
    found: dict[str, Scan] = {}
    for other in db.session.scalars(statement.order_by(Scan.at, Scan.id)):
        for one in scans:
            same = (one.registration_id, one.day_id) == (other.registration_id, other.day_id)
            if same and one.id != other.id:
                found.setdefault(one.id, other)
    return found


def sessions_today(event_id: str, window: Window | None) -> list[EventSession]:
    """Sessions that can give a stamp: those of the day, or all when there is no day."""
    statement = sa.select(EventSession).where(
        EventSession.event_id == event_id, EventSession.cancelled_at.is_(None)
    )
    if window is not None:
        statement = statement.where(
            EventSession.starts_at >= window.begins, EventSession.starts_at < window.ends
        )
    return list(db.session.scalars(statement.order_by(EventSession.starts_at, EventSession.id)))
