"""The door: whoever stands there with a ticket is let in once, whatever happens at the other doors.

A scan holds its registration, so two doors that scan the same ticket at the same instant come one after the other. What is in
(``Arrival``) is always the sum of the scans that stand (``services/arriving``), so taking one back is exact. Locks: the nonce, the
registration, its day, then the member's reward account, messages last. Seats are never touched here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, hold_name, lock_row
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import (
    Arrival,
    Event,
    EventDay,
    EventSession,
    Registration,
    Scan,
    ScanResult,
    SessionPlace,
    Stamp,
    TicketCode,
    TicketType,
)
from portal.events.models.programme import Entry
from portal.events.queries.programme import days_of
from portal.events.rules import codes
from portal.events.rules import door as rules
from portal.events.rules.door import Decision, Ticket, Window
from portal.events.services import arriving

LONGEST_NONCE = 64
#: a code as it is kept when nobody can read it
LONGEST_CODE = 64
#: clocks of phones are wrong by so much, not by more
CLOCK_ERROR = timedelta(hours=1)
#: a door that was offline tells within so long
LATEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Told:
    """A scan that a door made without the network, and what it decided: ``people`` came in (None: nobody did).

    ``undone``: it was taken back there before the house heard of it.
    """

    nonce: str
    code: str
    door: str
    at: datetime
    result: ScanResult
    people: int = 0
    session_id: str | None = None
    anyway: bool = False
    undone: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """What a code leads to, and where its party stands."""

    registration: Registration | None
    ticket: Ticket | None


def scan(
    event: Event,
    code_text: str,
    *,
    nonce: str,
    door: str,
    by: Viewer,
    people: int | None = None,
    session_id: str | None = None,
    anyway: bool = False,
    at: datetime | None = None,
) -> Scan:
    """Somebody shows a ticket now. Let ``people`` of its party in (None: all that are left), or say why not: kept either way.

    The same ``nonce`` again is the same scan. With ``session_id`` it is a stamp for that session; ``anyway`` lets in a party that
    has no place there. ``at`` is an earlier moment, for a scan that is made again. Raises Invalid for a session of elsewhere.
    """
    known = _known(event, nonce)
    if known is not None:
        return known
    session = _session_of(event, session_id)
    now = clock.now()
    moment = min(at or now, now)
    window = door_window(event, moment)
    found = _hold_ticket(event, code_text, window, session)
    decision = rules.decide(
        found.ticket, window, moment, people=people, in_session=session is not None, anyway=anyway
    )
    return _write(event, code_text, nonce, door, by, session, found, decision, moment)


def tell_offline(event: Event, told: Told, *, by: Viewer) -> Scan:
    """A scan that a door made on its own. Who came in is in; where the house would have said no, it is a conflict that staff see.

    Raises Invalid for a moment that cannot be.
    """
    known = _known(event, told.nonce)
    if known is not None:
        return _as_shown(known, told, by)
    now = clock.now()
    if not now - LATEST < told.at < now + CLOCK_ERROR:
        raise Invalid(_("This scan is from another time."))
    moment = min(told.at, now)
    # one that was called off meanwhile happened for who stood there
    session = db.session.get(EventSession, told.session_id) if told.session_id else None
    session = session if session is not None and session.event_id == event.id else None
    window = door_window(event, moment)
    found = _hold_ticket(event, told.code, window, session)
    decision = _as_decided(told, found, window, moment, session is not None)
    made = _write(event, told.code, told.nonce, told.door, by, session, found, decision, moment, offline=True)
    if told.undone:
        undo(made, by=by)
    return made


def undo(one: Scan, *, by: Viewer) -> bool:
    """It was a mistake: who came in by this scan is not in, and everything that followed goes back. False when it was undone before.

    Raises Conflict when nobody came in by it, or when its evening is over. Audited.
    """
    if one.registration_id is not None:
        lock_row(Registration, one.registration_id, whole=False)
    db.session.refresh(one)
    if one.undone_at is not None:
        return False
    day = db.session.get(EventDay, one.day_id) if one.day_id else None
    if one.result is not ScanResult.ADMITTED:
        raise Conflict(_("Nobody came in by this scan."))
    if not rules.may_undo(day, max(one.at, one.told_at), clock.now()):
        raise Conflict(_("The evening is over. What happened at the door stays."))
    mine = sa.update(Scan).where(Scan.id == one.id, Scan.undone_at.is_(None))
    changed_rows(mine.values(undone_at=clock.now(), undone_by=by.id))
    db.session.refresh(one)
    if one.conflict and one.settled_at is None:
        one.settled_at = clock.now()
    if one.registration_id is not None:
        arriving.follow(db.session.get_one(Registration, one.registration_id), one)
    audit.record("event.scan_undone", by=by, target_kind="event_scan", target_id=one.id, people=one.people)
    return True


def let_in_fewer(one: Scan, people: int, *, nonce: str, by: Viewer) -> Scan:
    """Only so many of the party are here: the scan is taken back and made again, at its moment. Raises Invalid, Conflict."""
    event = db.session.get_one(Event, one.event_id)
    known = _known(event, nonce)
    if known is not None:
        return known
    if one.conflict or not 1 <= people < one.people:
        raise Invalid(_("Please choose how many of them are here."), field="people")
    if not undo(one, by=by):
        raise Conflict(_("This scan was taken back already."))
    shown = codes.sealed(one.code) if one.sealed else one.code
    return scan(event, shown, nonce=nonce, door=one.door, by=by, people=people, at=one.at)


def settle(one: Scan, *, by: Viewer) -> bool:
    """Staff looked at a conflict, and it stays as it is. False when it was settled before. Audited."""
    mine = sa.update(Scan).where(Scan.id == one.id, Scan.conflict, Scan.settled_at.is_(None))
    if changed_rows(mine.values(settled_at=clock.now())) != 1:
        return False
    db.session.expire(one)
    audit.record("event.conflict_settled", by=by, target_kind="event_scan", target_id=one.id)
    return True


def door_window(event: Event, moment: datetime) -> Window | None:
    """The day of the event at a moment, as the door sees it."""
    return rules.window_at(rules.windows(days_of(event.id), brand.current().time_zone), moment)


# ------------------------------------------------------------------ inside


def _known(event: Event, nonce: str) -> Scan | None:
    """The scan of this nonce; from here on nobody else writes one."""
    if not 8 <= len(nonce) <= LONGEST_NONCE or not nonce.isascii() or not nonce.replace("-", "").isalnum():
        raise Invalid(_("Please open the page anew."))
    hold_name(f"scan:{nonce}")
    found = db.session.scalar(sa.select(Scan).where(Scan.nonce == nonce))
    if found is not None and found.event_id != event.id:
        raise Invalid(_("Please open the page anew."))
    return found


def _session_of(event: Event, session_id: str | None) -> EventSession | None:
    if not session_id:
        return None
    found = db.session.get(EventSession, session_id)
    if found is None or found.event_id != event.id or found.cancelled_at is not None:
        raise Invalid(_("There is no such session."), field="session")
    return found


def _hold_ticket(event: Event, code_text: str, window: Window | None, session: EventSession | None) -> _Found:
    """Hold the registration behind the code, and read where it stands only then."""
    read = codes.code_from(code_text)
    known = db.session.get(TicketCode, read[0]) if read else None
    if known is None:
        return _Found(None, None)
    lock_row(Registration, known.registration_id, whole=False)
    db.session.refresh(known)
    registration = db.session.get_one(Registration, known.registration_id, populate_existing=True)
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    stamped, has_place = _at_session(registration, session)
    return _Found(
        registration,
        Ticket(
            state=rules.state_of(event.id, registration, known),
            size=registration.people + registration.children,
            inside=inside(registration.id, window),
            day_id=ticket_type.day_id,
            early_minutes=ticket_type.early_minutes,
            stamped=stamped,
            has_place=has_place,
        ),
    )


def inside(registration_id: str, window: Window | None) -> int:
    """How many of the party are in on that day."""
    if window is None:
        return 0
    row = db.session.get(Arrival, (registration_id, window.day_id), populate_existing=True)
    return row.people if row else 0


def _at_session(registration: Registration, session: EventSession | None) -> tuple[bool, bool]:
    """Whether they have its stamp, and whether they may be there: it is open, or in their plan."""
    if session is None:
        return False, True
    stamp = sa.select(Stamp.id).where(Stamp.registration_id == registration.id, Stamp.place == session.id)
    place = sa.select(SessionPlace.id).where(
        SessionPlace.registration_id == registration.id,
        SessionPlace.session_id == session.id,
        SessionPlace.left_at.is_(None),
    )
    has_place = session.entry is Entry.OPEN or db.session.scalar(place) is not None
    return db.session.scalar(stamp) is not None, has_place


def _as_shown(known: Scan, told: Told, by: Viewer) -> Scan:
    """The house had heard of it, but its answer did not reach the door, which decided alone: what people saw there is true."""
    let_in = told.result is ScanResult.ADMITTED
    if let_in and known.result is not ScanResult.ADMITTED:
        if known.registration_id is not None:
            lock_row(Registration, known.registration_id, whole=False)
        known.against, known.result, known.people = known.result.value, ScanResult.ADMITTED, told.people
        known.offline = known.conflict = True
        db.session.flush()
        if known.registration_id is not None:
            arriving.follow(db.session.get_one(Registration, known.registration_id), known)
    stands = known.result is ScanResult.ADMITTED and known.undone_at is None
    if stands and (told.undone or not let_in):
        undo(known, by=by)
    return known


def _as_decided(
    told: Told, found: _Found, window: Window | None, moment: datetime, in_session: bool
) -> Decision:
    """What the door decided; where the house knows better, that stands beside it."""
    if told.result is not ScanResult.ADMITTED:
        return Decision(told.result, day_id=window.day_id if window else None)
    people = None if in_session else told.people
    ours = rules.decide(
        found.ticket, window, moment, people=people, in_session=in_session, anyway=told.anyway
    )
    if ours.result is ScanResult.ADMITTED:
        return ours
    people = told.people
    if in_session and found.ticket is not None:
        people = 0 if found.ticket.inside else found.ticket.size
    return Decision(ScanResult.ADMITTED, people, ours.day_id, ours.result, conflict=True)


def _write(
    event: Event,
    code_text: str,
    nonce: str,
    door_name: str,
    by: Viewer,
    session: EventSession | None,
    found: _Found,
    decision: Decision,
    moment: datetime,
    *,
    offline: bool = False,
) -> Scan:
    """The row of the scan, and what follows from it."""
    read = codes.code_from(code_text)
    against = decision.against
    made = Scan(
        nonce=nonce,
        event_id=event.id,
        day_id=decision.day_id,
        session_id=session.id if session else None,
        registration_id=found.registration.id if found.registration else None,
        code=read[0] if read else code_text[:LONGEST_CODE],
        sealed=bool(read and read[1]),
        door=door_name,
        by_id=by.id,
        people=decision.people,
        result=decision.result,
        against=against.value if against else "",
        at=moment,
        told_at=clock.now(),
        offline=offline,
        conflict=decision.conflict,
    )
    db.session.add(made)
    db.session.flush()
    if made.result is ScanResult.ADMITTED and found.registration is not None:
        arriving.follow(found.registration, made)
    return made
