"""Sessions: staff put them on, move them, call them off. Who takes part is told."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import (
    Entry,
    Event,
    EventChange,
    EventSession,
    Scan,
    Seats,
    SeatsOf,
    SessionPlace,
    SessionWish,
    Stamp,
    Venue,
)
from portal.events.queries.programme import days_of
from portal.events.rules.words import SessionWords
from portal.events.services import changes, studio

MOST_SESSIONS = 400


def add_session(event: Event, words: SessionWords, *, by: Viewer) -> EventSession:
    """One more part of the programme, within a day of the event. Raises Invalid beside the field. Audited."""
    studio.hold(event, by)
    _check(event, words)
    mine = sa.select(sa.func.count()).where(EventSession.event_id == event.id)
    if (db.session.scalar(mine) or 0) >= MOST_SESSIONS:
        raise Conflict(_("An event has at most %(most)s sessions.", most=MOST_SESSIONS))
    session = EventSession(event_id=event.id, **words.columns())
    db.session.add(session)
    db.session.flush()
    _count_places(session, words, None)
    studio.note("session_added", event, by, session=session.id)
    return session


def change_session(
    session: EventSession, words: SessionWords, *, event: Event, seen: str, by: Viewer
) -> None:
    """Change it; with another time or place its version in calendars moves and who takes part is told.

    Raises Conflict for an old page, a cancelled session, or another way in while somebody holds a place; Invalid beside the
    field, for fewer places than are taken. Audited.
    """
    studio.hold(event, by)
    session = _held(session.id, event)
    row = _seats(session.id)
    if session.cancelled_at is not None:
        raise Conflict(_("This session was called off."))
    _check(event, words)
    if words.entry is not session.entry and _is_held(session.id):
        raise Invalid(_("Somebody holds a place or wished for one: the way in stays."), field="entry")
    changed = studio.change(session, words_of(session, row), words, seen)
    if not changed:
        return
    _count_places(session, words, row)
    if changed & changes.TOLD_OF_SESSION:
        changes.session_moved(event, session)
    elif changed & changes.SHOWN_IN_CALENDARS:
        session.sequence += 1
    studio.note("session_changed", event, by, session=session.id, fields=sorted(changed))


def words_of(session: EventSession, row: Seats | None) -> SessionWords:
    """What its form shows."""
    return SessionWords.of(session, capacity=row.capacity if row else 0)


def cancel_session(session: EventSession, *, event: Event, by: Viewer) -> None:
    """It does not take place: its places are free, who held one is told. Twice is once. Audited."""
    studio.hold(event, by)
    session = _held(session.id, event)
    if session.cancelled_at is not None:
        return
    session.cancelled_at = clock.now()
    mine = sa.update(SessionPlace).where(
        SessionPlace.session_id == session.id, SessionPlace.left_at.is_(None)
    )
    freed = changed_rows(mine.values(left_at=session.cancelled_at, seats=0))
    changed_rows(sa.update(Seats).where(Seats.id == session.id).values(used=0))
    db.session.flush()
    changes.session_cancelled(event, session)
    studio.note("session_cancelled", event, by, session=session.id, freed=freed)


def remove_session(session: EventSession, *, event: Event, by: Viewer) -> None:
    """Take away a session that nobody ever took part in. Raises Conflict: such a one is called off instead. Audited."""
    studio.hold(event, by)
    session = _held(session.id, event, whole=True)
    if _is_known(session.id):
        raise Conflict(_("Somebody took part or wished to: call it off instead, and they are told."))
    session_id = session.id
    changed_rows(sa.delete(Seats).where(Seats.id == session_id))
    changed_rows(sa.delete(EventChange).where(EventChange.session_id == session_id))
    db.session.expunge(session)
    changed_rows(sa.delete(EventSession).where(EventSession.id == session_id))
    db.session.expire_all()
    studio.note("session_removed", event, by, session=session_id)


# ------------------------------------------------------------------ inside


def _held(session_id: str, event: Event, *, whole: bool = False) -> EventSession:
    """As it is now; nobody puts it into a plan meanwhile (``whole``: nor wishes for it)."""
    lock_row(EventSession, session_id, whole=whole)
    return studio.find_part(EventSession, session_id, event)


def _check(event: Event, words: SessionWords) -> None:
    studio.needs_name(words)
    if words.ends_at <= words.starts_at:
        raise Invalid(_("It ends after it begins."), field="ends")
    days = [one for one in days_of(event.id) if one.starts_at <= words.starts_at < one.ends_at]
    if not days:
        raise Invalid(_("The doors are not open then. Change the hours of the day first."), field="starts")
    if words.ends_at > days[0].ends_at:
        raise Invalid(_("The doors are closed by then. Change the hours of the day first."), field="ends")
    if words.venue_id is not None:
        venue = db.session.get(Venue, words.venue_id)
        if venue is None or venue.event_id != event.id:
            raise Invalid(_("Please choose one of the places."), field="venue_id")
    if words.entry is not Entry.OPEN and words.capacity < 1:
        raise Invalid(_("Please say how many places there are."), field="capacity")


def _count_places(session: EventSession, words: SessionWords, row: Seats | None) -> None:
    """Places are counted where they are limited."""
    if words.entry is Entry.OPEN:
        changed_rows(sa.delete(Seats).where(Seats.id == session.id))
        return
    if row is None:
        db.session.add(
            Seats(id=session.id, event_id=session.event_id, kind=SeatsOf.SESSION, capacity=words.capacity)
        )
        db.session.flush()
        return
    fits = sa.update(Seats).where(Seats.id == session.id, Seats.used <= words.capacity)
    if not changed_rows(fits.values(capacity=words.capacity)):
        raise Invalid(_("%(used)s places are taken by now.", used=row.used), field="capacity")


def _seats(session_id: str) -> Seats | None:
    return db.session.get(Seats, session_id, populate_existing=True)


def _is_held(session_id: str) -> bool:
    """A live place, or a wish."""
    places = sa.select(SessionPlace.id).where(
        SessionPlace.session_id == session_id, SessionPlace.left_at.is_(None)
    )
    wishes = sa.select(SessionWish.registration_id).where(SessionWish.session_id == session_id)
    return any(db.session.scalar(one.limit(1)) is not None for one in (places, wishes))


def _is_known(session_id: str) -> bool:
    """Anything of a member leads here."""
    leads = (
        sa.select(SessionPlace.id).where(SessionPlace.session_id == session_id),
        sa.select(SessionWish.registration_id).where(SessionWish.session_id == session_id),
        sa.select(Scan.id).where(Scan.session_id == session_id),
        sa.select(Stamp.id).where(Stamp.session_id == session_id),
    )
    return any(db.session.scalar(one.limit(1)) is not None for one in leads)
