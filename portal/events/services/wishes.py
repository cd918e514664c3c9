"""Wishes for sessions that a draw gives: the dearest first, changed until the list freezes.

The registration is held first, then the draw's row: so a wish that stands is a wish that was in the frozen list.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.core.draw import services as draws
from portal.core.draw.models import Draw
from portal.core.draw.queries import entry_of, find_draw
from portal.core.errors import Conflict, NotAllowed, NotFound
from portal.core.i18n import _
from portal.events.models import Event, EventSession, Registration, SessionWish, TicketType
from portal.events.queries.programme import days_of
from portal.events.rules import planning
from portal.events.services.plan import hold_ticket


def wish(session: EventSession, registration: Registration, *, by: Viewer, salt: str) -> None:
    """Put a session behind the wishes that are there. The first wish enters the draw with ``salt``. Wishing
    twice is wishing once.

    Raises Conflict when the draw is not open (any more) or for more wishes than a draw takes, NotAllowed on another day.
    """
    event = hold_ticket(registration, by=by)
    db.session.refresh(session)
    draw = _open_draw(event, session)
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    if not planning.lets_in(ticket_type.day_id, days_of(event.id), session):
        raise NotAllowed(_("Your ticket is good on another day."))
    wished = wishes_of(registration.id)
    if session.id in wished:
        return
    if len(wished) >= planning.MOST_WISHES:
        raise Conflict(_("That is as many wishes as a draw takes. Take one away first."))
    entry = entry_of(draw.id, registration.id)
    draws.enter(draw, registration.id, entry.salt if entry else salt)
    _write(registration.id, [*wished, session.id])


def unwish(session: EventSession, registration: Registration, *, by: Viewer) -> None:
    """Take a wish away; without any the registration is not in the draw."""
    event = hold_ticket(registration, by=by)
    draw = _open_draw(event, session)
    wished = wishes_of(registration.id)
    if session.id not in wished:
        return
    left = [one for one in wished if one != session.id]
    _keep(draw, registration) if left else draws.leave(draw, registration.id)
    _write(registration.id, left)


def move(session: EventSession, registration: Registration, *, up: bool, by: Viewer) -> None:
    """One place dearer or less dear; nothing happens at the ends."""
    event = hold_ticket(registration, by=by)
    draw = _open_draw(event, session)
    wished = wishes_of(registration.id)
    if session.id not in wished:
        raise NotFound(_("This is not among your wishes any more."))
    _keep(draw, registration)
    here = wished.index(session.id)
    there = min(max(here + (-1 if up else 1), 0), len(wished) - 1)
    wished[here], wished[there] = wished[there], wished[here]
    _write(registration.id, wished)


def salt(event: Event, registration: Registration, words: str, *, by: Viewer) -> None:
    """The string of their own that is mixed into the value of the draw. Raises Conflict once the list is frozen, Invalid for
    signs that no list takes."""
    hold_ticket(registration, by=by)
    draw = find_draw(planning.SESSIONS, event.id)
    entry = entry_of(draw.id, registration.id) if draw else None
    if draw is None or entry is None:
        raise Conflict(_("Make a wish first; then your string is in the draw."))
    draws.enter(draw, registration.id, words.strip())


def wishes_of(registration_id: str) -> list[str]:
    """Session ids, the dearest first."""
    mine = sa.select(SessionWish.session_id).where(SessionWish.registration_id == registration_id)
    return list(db.session.scalars(mine.order_by(SessionWish.rank)))


def _open_draw(event: Event, session: EventSession) -> Draw:
    if session.event_id != event.id or not planning.takes_wishes(event, session, clock.now()):
        raise Conflict(_("The time for wishes is over."))
    draw = find_draw(planning.SESSIONS, event.id)
    if draw is None:
        raise Conflict(_("The draw is not open yet."))
    return draw


def _keep(draw: Draw, registration: Registration) -> None:
    """The entry stays as it is; refused once the list is frozen, and nobody freezes it meanwhile."""
    entry = entry_of(draw.id, registration.id)
    assert entry is not None, "who wishes is in the draw"
    draws.enter(draw, registration.id, entry.salt)


def _write(registration_id: str, wished: list[str]) -> None:
    """These and no others, in this order."""
    changed_rows(sa.delete(SessionWish).where(SessionWish.registration_id == registration_id))
    if wished:
        rows = [
            {"registration_id": registration_id, "session_id": one, "rank": rank}
            for rank, one in enumerate(wished, 1)
        ]
        db.session.execute(sa.insert(SessionWish), rows)
    db.session.expire_all()
