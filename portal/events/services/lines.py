"""What members do in the waiting list, and what time does to it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import Event, Seats, TicketType, WaitingEntry, WaitingState
from portal.events.queries.bells import gathered_for
from portal.events.rules import sale
from portal.events.rules.sale import Standing
from portal.events.services import holding, seats, telling, waiting
from portal.events.services.placing import Party

#: a ticket type that staff took off sale may come back; who waits for it waits on so long
CLOSED_FOR_GOOD = timedelta(days=1)
AT_ONCE = 200


def join(ticket_type: TicketType, party: Party, *, by: Viewer, standing: Standing) -> WaitingEntry:
    """Stand at the end of the line; who stands in the pool's line already keeps their place (and their party). An offer may come
    at once. Raises Invalid for a party that could never sit together, NotAllowed when it is not on sale for them, Conflict when
    they have such a ticket, or seats held for one, or gather for a bell of the pool: they would never stand in line for that."""
    seats.hold(ticket_type.event_id)
    known = waiting.find_entry(ticket_type.pool_id, by.id)
    if known is not None:
        return known
    event = db.session.get_one(Event, ticket_type.event_id, populate_existing=True)
    db.session.refresh(ticket_type)
    holding.check_open(event, ticket_type, party, standing, clock.now())
    if holding.find_live(ticket_type.id, by.id) is not None:
        raise Conflict(_("You have such a ticket already, or seats are held for you."))
    gathers = [one for one in gathered_for(event.id, by.id) if one.pool_id == ticket_type.pool_id]
    if gathers:
        raise Conflict(
            _(
                "You gather for “%(ticket)s”, which shares its seats with this ticket. Step out there first.",
                ticket=gathers[0].name,
            )
        )
    if sale.seats_for(ticket_type, party.people, party.children) > _most(ticket_type):
        raise Invalid(_("So many can never sit together with this ticket."), field="people")
    entry = waiting.stand_in_line(ticket_type, party.people, party.children, member_id=by.id)
    waiting.refill(event)
    db.session.refresh(entry)
    return entry


def leave(entry: WaitingEntry) -> None:
    """They do not wait any more. Raises Conflict when an offer is theirs: that is accepted or declined."""
    seats.hold(entry.event_id)
    if not _end(entry, WaitingState.LEFT):
        raise Conflict(_("Something happened meanwhile. Please look again."))
    waiting.refill(db.session.get_one(Event, entry.event_id))


def ask_line(event_id: str) -> int:
    """There may be more room than before (staff added seats, a ticket type is on sale again): who waits first is asked. Returns
    how many were. Holds the event's seats."""
    seats.hold(event_id)
    return waiting.refill(db.session.get_one(Event, event_id, populate_existing=True))


def close_over(event_id: str, limit: int = AT_ONCE) -> int:
    """Nothing can be offered any more to some who wait: the event or the sale is over, or their ticket was taken off sale. They
    are told, and wait no more; returns how many. Holds the event's seats."""
    seats.hold(event_id)
    now = clock.now()
    line = (
        sa.select(WaitingEntry, TicketType, Event)
        .join(TicketType, TicketType.id == WaitingEntry.ticket_type_id)
        .join(Event, Event.id == WaitingEntry.event_id)
        .where(WaitingEntry.event_id == event_id, _hopeless(now))
        .order_by(WaitingEntry.turn)
        .limit(limit)
    )
    found = db.session.execute(line).all()
    for entry, ticket_type, event in found:
        if _end(entry, WaitingState.CLOSED):
            telling.line_closed(event, ticket_type, entry)
    return len(found)


def events_with_line() -> list[str]:
    """Events for which somebody waits."""
    line = sa.select(WaitingEntry.event_id).where(WaitingEntry.state == WaitingState.WAITING)
    return list(db.session.scalars(line.distinct()))


def _hopeless(now: datetime) -> sa.ColumnElement[bool]:
    over = sa.or_(
        Event.ends_at <= now,
        TicketType.sale_ends_at <= now,
        TicketType.closed_at <= now - CLOSED_FOR_GOOD,
    )
    return sa.and_(WaitingEntry.state == WaitingState.WAITING, Event.cancelled_at.is_(None), over)


def _end(entry: WaitingEntry, state: WaitingState) -> bool:
    """False when they do not wait any more."""
    ended = sa.update(WaitingEntry).where(
        WaitingEntry.id == entry.id, WaitingEntry.state == WaitingState.WAITING
    )
    done = changed_rows(ended.values(state=state, ended_at=clock.now())) == 1
    db.session.refresh(entry)
    return done


def _most(ticket_type: TicketType) -> int:
    """No greater party will ever sit down with this ticket."""
    path = (ticket_type.event_id, ticket_type.pool_id, ticket_type.id)
    return db.session.scalar(sa.select(sa.func.min(Seats.capacity)).where(Seats.id.in_(path))) or 0
