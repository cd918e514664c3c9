"""The draw for scarce sessions: opened by staff, frozen when the time for wishes is over, drawn, and given out.

The order comes from ``core/draw``; who gets what follows from it and from facts that froze with the list (places, parties,
wishes, what clashes), so the result can be computed again by anybody (``check_sessions``).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row, new_id
from portal.core.draw import services as draws
from portal.core.draw.models import Draw, DrawEntry, DrawMethod
from portal.core.draw.queries import find_draw, places, rows_of
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import (
    Entry,
    Event,
    EventSession,
    Registration,
    RegistrationState,
    SessionPlace,
    SessionWish,
    Walk,
    WishOutcome,
)
from portal.events.queries.programme import sessions_of, venues_of
from portal.events.rules import assigning, clashes, planning
from portal.events.rules.planning import SESSIONS
from portal.events.services import no_shows, seats
from portal.notifications.services import notify


def open_draw(
    event: Event,
    method: DrawMethod,
    source_zh: str,
    source_en: str,
    *,
    known_at: datetime | None = None,
    by: Viewer,
) -> Draw:
    """From now on wishes are taken, until the event's moment. Opening twice is opening once.

    A public draw names its source and ``known_at``, the moment at which its value is published, after the time for wishes and before
    the doors open. Raises Invalid without those, Conflict when there is nothing to draw or the moment for wishes is missing or over. Audited.
    """
    if event.wishes_until is None or event.wishes_until <= clock.now():
        raise Conflict(_("Say first until when wishes are taken; that moment must be ahead."))
    if not any(one.session.entry is Entry.DRAW for one in sessions_of(event.id)):
        raise Conflict(_("No session of this event is given by a draw."))
    if method is DrawMethod.PUBLIC:
        _must_fit(event, known_at)
    draw = draws.open_draw(
        SESSIONS,
        event.id,
        method,
        source_zh=source_zh,
        source_en=source_en,
        known_at=known_at,
        freezes_at=event.wishes_until,
    )
    audit.record(
        "event.draw_opened", by=by, target_kind="event", target_id=event.id, method=draw.method.value
    )
    return draw


def name_source(
    event: Event, source_zh: str, source_en: str, *, known_at: datetime | None, by: Viewer
) -> Draw:
    """Another source while the list is open, as when it could not freeze before the value was known.

    Raises Invalid without a source or for a moment that is not ahead or does not fit (:func:`open_draw`), Conflict for a list that is
    frozen and for a mixed draw. Audited.
    """
    draw = _draw_of(event)
    _must_fit(event, known_at)
    draws.name_source(
        draw, source_zh=source_zh, source_en=source_en, known_at=known_at, freezes_at=event.wishes_until
    )
    audit.record(
        "event.draw_source_named",
        by=by,
        target_kind="event",
        target_id=event.id,
        source=[draw.source_zh, draw.source_en],
        known_at=draw.known_at.isoformat() if draw.known_at else "",
    )
    return draw


def freeze(event: Event, *, by: Viewer | None) -> Draw:
    """Close the list with everything the result follows from. What is frozen stays.

    Who gave the ticket back is not in it; whom a no-show counts against comes after the others, and has
    paid for it with that. Raises Conflict when a public value may be known by now (:func:`name_source`). Audited.
    """
    draw = _draw_of(event)
    lock_row(Draw, draw.id, whole=False)
    db.session.refresh(draw)
    if draw.frozen_at is not None:
        return draw
    in_it = _registrations(draw)
    late = no_shows.spend((one.member_id for one in in_it.values()), draw.id)
    draws.keep_only(draw, in_it)
    draws.put_later(draw, [one.id for one in in_it.values() if one.member_id in late])
    draws.freeze(draw, _facts(event, draw, in_it))
    if by is not None:
        audit.record("event.draw_frozen", by=by, target_kind="event", target_id=event.id)
    return draw


def run(event: Event, value: str | None, *, by: Viewer | None) -> Draw:
    """Draw, and give the places out; everybody in it is told. What was drawn stays as it is.

    Raises Invalid for a value that is missing, Conflict before the list is frozen or the value published, or when the places of a
    session were changed since.
    """
    seats.hold(event.id)
    draw = _draw_of(event)
    for entry in rows_of(draw.id):
        lock_row(Registration, entry.id, whole=False)
    before = draw.drawn_at
    draws.draw(draw, value)
    if before is None:
        _give_out(event, draw)
        if by is not None:
            audit.record("event.sessions_drawn", by=by, target_kind="event", target_id=event.id)
    return draw


def due(limit: int) -> list[str]:
    """Events whose time for wishes is over and whose list is still open, or whose mixed draw was not drawn yet. A list whose value
    may be known already waits for staff, who name a later source."""
    mixed, in_time = Draw.method == DrawMethod.MIXED, Draw.known_at > clock.now()
    waiting = sa.or_(
        sa.and_(Draw.frozen_at.is_(None), sa.or_(mixed, in_time)), sa.and_(Draw.drawn_at.is_(None), mixed)
    )
    statement = (
        sa.select(Event.id)
        .join(Draw, sa.and_(Draw.owner_kind == SESSIONS, Draw.owner_id == Event.id))
        .where(Event.wishes_until <= clock.now(), Event.cancelled_at.is_(None), waiting)
    )
    return list(db.session.scalars(statement.order_by(Event.wishes_until, Event.id).limit(limit)))


def result_of(draw: Draw) -> assigning.Outcomes:
    """What the rules make of a drawn list, from its facts alone."""
    facts = draw.facts
    return assigning.assign(
        [entry for entry, _place in places(draw.id)],
        facts["wishes"],
        facts["people"],
        {one: row["places"] for one, row in facts["sessions"].items()},
        [(one, other) for one, other in facts["clashes"]],
    )


def given(draw: Draw) -> dict[str, dict[str, str]]:
    """What became of every wish of every entry, as it was written down. One query."""
    found: dict[str, dict[str, str]] = {entry: {} for entry, _place in places(draw.id)}
    in_it = sa.select(SessionWish).where(
        SessionWish.outcome.is_not(None), SessionWish.registration_id.in_(_entries(draw))
    )
    for one in db.session.scalars(in_it):
        if one.registration_id in found and one.outcome:
            found[one.registration_id][one.session_id] = one.outcome.value
    return found


def _must_fit(event: Event, known_at: datetime | None) -> None:
    """By itself the list freezes when the time for wishes is over; once the doors are open only the end is too late, so that a list
    that stayed open can still be drawn."""
    if known_at is None:
        return
    if event.wishes_until is not None and known_at <= event.wishes_until:
        raise Invalid(_("It must be after the time for wishes: the list freezes then."), field="known_at")
    if known_at >= (event.starts_at if clock.now() < event.starts_at else event.ends_at):
        said = _("It must be before the doors open: who has a seat in a session has to know by then.")
        raise Invalid(said, field="known_at")


def _draw_of(event: Event) -> Draw:
    draw = find_draw(SESSIONS, event.id)
    if draw is None:
        raise Conflict(_("The draw is not open yet."))
    return draw


def _entries(draw: Draw) -> sa.Select[str]:
    """The ids of all entries: registrations."""
    return sa.select(DrawEntry.entry_id).where(DrawEntry.draw_id == draw.id)


def _registrations(draw: Draw) -> dict[str, Registration]:
    """Those in the draw whose ticket is good, by id."""
    good = sa.select(Registration).where(
        Registration.id.in_(_entries(draw)), Registration.state == RegistrationState.CONFIRMED
    )
    return {one.id: one for one in db.session.scalars(good.execution_options(populate_existing=True))}


def _facts(event: Event, draw: Draw, in_it: dict[str, Registration]) -> dict[str, Any]:
    """Places, parties, wishes and what clashes: all that the result follows from beside the order."""
    drawn = {one.session.id: one for one in sessions_of(event.id) if one.session.entry is Entry.DRAW}
    venues = [venue.id for venue in venues_of(event.id)]
    ways = clashes.Ways.of(event, db.session.scalars(sa.select(Walk).where(Walk.one_id.in_(venues))))
    wished = sa.select(SessionWish).where(SessionWish.registration_id.in_(_entries(draw)))
    wishes: dict[str, list[str]] = {one: [] for one in in_it}
    for one in db.session.scalars(wished.order_by(SessionWish.registration_id, SessionWish.rank)):
        if one.session_id in drawn:
            wishes[one.registration_id].append(one.session_id)
    return {
        "sessions": {
            one: {"name": planned.session.name_en or planned.session.name_zh, "places": planned.left or 0}
            for one, planned in drawn.items()
        },
        "clashes": [list(pair) for pair in clashes.pairs([one.session for one in drawn.values()], ways)],
        "people": {one: planning.party_of(registration) for one, registration in in_it.items()},
        "wishes": wishes,
    }


def _give_out(event: Event, draw: Draw) -> None:
    """Write what became of each wish, and places for those who won and still hold their ticket."""
    outcomes, good = result_of(draw), _registrations(draw)
    gone, sitting = _cancelled(event), _sitting(draw)
    won: list[dict[str, Any]] = []
    for entry, said in outcomes.items():
        for session_id, outcome in said.items():
            if session_id in gone:
                said[session_id] = WishOutcome.GONE
            elif outcome is WishOutcome.WON and entry in good and (entry, session_id) not in sitting:
                people = min(draw.facts["people"][entry], planning.party_of(good[entry]))
                won.append(_place(good[entry], session_id, people))
    _take_all(won)
    if won:
        db.session.execute(sa.insert(SessionPlace), won)
    _note(outcomes)
    _tell(event, outcomes, good)


def _sitting(draw: Draw) -> set[tuple[str, str]]:
    """Who is in which session already (it had places before it had a draw)."""
    live = sa.select(SessionPlace.registration_id, SessionPlace.session_id).where(
        SessionPlace.registration_id.in_(_entries(draw)), SessionPlace.left_at.is_(None)
    )
    return {(row.registration_id, row.session_id) for row in db.session.execute(live)}


def _place(registration: Registration, session_id: str, people: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "session_id": session_id,
        "registration_id": registration.id,
        "member_id": registration.member_id,
        "people": people,
        "seats": people,
        "drawn": True,
        "taken_at": clock.now(),
    }


def _take_all(won: list[dict[str, Any]]) -> None:
    """The seats of all winners, session by session."""
    needed: Counter[str] = Counter()
    for row in won:
        needed[row["session_id"]] += row["seats"]
    for session_id, number in sorted(needed.items()):
        try:
            seats.take_in_session(session_id, number)
        except Conflict as refusal:
            session = db.session.get_one(EventSession, session_id)
            said = _(
                "The places of %(session)s were changed after the list froze. Put them back, then draw.",
                session=session.name,
            )
            raise Conflict(said) from refusal


def _cancelled(event: Event) -> set[str]:
    gone = sa.select(EventSession.id).where(
        EventSession.event_id == event.id, EventSession.cancelled_at.is_not(None)
    )
    return set(db.session.scalars(gone))


def _note(outcomes: assigning.Outcomes) -> None:
    """What became of each wish, where its page reads it."""
    rows = [
        {"registration_id": entry, "session_id": session_id, "outcome": outcome}
        for entry, said in outcomes.items()
        for session_id, outcome in said.items()
    ]
    if rows:
        db.session.execute(sa.update(SessionWish), rows)
    db.session.expire_all()


def _tell(event: Event, outcomes: assigning.Outcomes, good: dict[str, Registration]) -> None:
    """Everybody who wished hears how many of their wishes came true; those with the same answer in one go."""
    alike: dict[tuple[int, int], list[str]] = {}
    for entry, registration in good.items():
        said = outcomes[entry].values()
        came_true = sum(outcome is WishOutcome.WON for outcome in said)
        alike.setdefault((came_true, len(said)), []).append(registration.member_id)
    for (came_true, wished), member_ids in sorted(alike.items()):
        notify(
            sorted(set(member_ids)),
            "events.sessions_drawn",
            path=f"/events/{event.slug}/plan",
            group=f"event:{event.id}:sessions_drawn",
            name_zh=event.name_zh,
            name_en=event.name_en,
            won=came_true,
            wished=wished,
        )
