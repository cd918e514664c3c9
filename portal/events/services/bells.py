"""The opening bell of a ticket type: who gathers in its window is drawn, and nobody has to be quick.

The secret's hash is published before anybody can come in. When the window is over the list freezes and is drawn at once
(``core/draw``); then all stand in the waiting list in the order of the draw, in steps, and seats are offered to them as to
anybody in line. So what the pool keeps back, parties that stay together and seats freed later need no rules of their own.
Until the last one stands in line the ticket type is not on sale (``bell_rang_at``).

The event's seats are held first, the draw then; who only comes in or leaves holds the draw alone.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.draw import queries as draw_queries
from portal.core.draw import services as draws
from portal.core.draw.models import Draw, DrawMethod
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _
from portal.events.models import BellEntry, Event, Origin, Seats, TicketType, WaitingEntry, WaitingState
from portal.events.queries.bells import in_the_way, inside
from portal.events.rules import sale
from portal.events.rules.sale import BELL, Sale, Standing
from portal.events.services import holding, no_shows, seats, telling, waiting
from portal.events.services.placing import Party

#: so long before the gathering begins the hash of the secret is there for all to see
BEFORE = timedelta(hours=1)
AT_ONCE = 50
#: a ticket type that staff took off sale may come back; who gathers for it stays inside so long
CLOSED_FOR_GOOD = timedelta(days=1)
RULE = "In this order all stand in line, and seats are offered while they last; a party sits together."


def open_bell(ticket_type: TicketType) -> Draw:
    """Its draw; the first call makes the secret and publishes the hash."""
    return draws.open_draw(BELL, ticket_type.id, DrawMethod.MIXED)


def gather(ticket_type: TicketType, party: Party, *, salt: str, by: Viewer, standing: Standing) -> BellEntry:
    """Come in with this party; who is in already changes their party or salt. Without a salt we make one.

    Raises NotAllowed outside of the gathering or when the ticket is not for them, Invalid for a party that it does not take or a
    salt of other signs than letters and digits, Conflict when they have such a ticket, or wait or gather for another one of its pool:
    they would never stand in line for this one.
    """
    one = open_bell(ticket_type)
    event, now = db.session.get_one(Event, ticket_type.event_id), clock.now()
    _must_gather(event, ticket_type, party, standing, now)
    if holding.find_live(ticket_type.id, by.id) is not None:
        raise Conflict(_("You have such a ticket already, or seats are held for you."))
    _must_be_free(ticket_type, by)
    entry = find_entry(ticket_type.id, by.id)
    if entry is None:
        entry = BellEntry(event_id=event.id, ticket_type_id=ticket_type.id, member_id=by.id, entered_at=now)
        db.session.add(entry)
    entry.people, entry.children, entry.left_at = party.people, party.children, None
    entry.seats = sale.seats_for(ticket_type, party.people, party.children)
    db.session.flush()
    draws.enter(one, entry.id, salt or secrets.token_hex(8))
    return entry


def step_out(entry: BellEntry) -> None:
    """They are not drawn. Raises Conflict once the list is frozen."""
    one = draw_queries.find_draw(BELL, entry.ticket_type_id)
    if one is not None:
        draws.leave(one, entry.id)
    entry.left_at = clock.now()
    db.session.flush()


def find_entry(ticket_type_id: str, member_id: str) -> BellEntry | None:
    """A member's entry, whether or not they stepped out again."""
    mine = sa.select(BellEntry).where(
        BellEntry.ticket_type_id == ticket_type_id, BellEntry.member_id == member_id
    )
    return db.session.scalar(mine.execution_options(populate_existing=True))


def leave_all(event_id: str, *which: sa.ColumnElement[bool], limit: int | None = None) -> list[BellEntry]:
    """These do not gather at this event any more, wherever its bells stand; returns them. Hold the event's seats before."""
    statement = sa.select(BellEntry).where(BellEntry.event_id == event_id, inside(), *which)
    found = list(db.session.scalars(statement.order_by(BellEntry.id).limit(limit)))
    for entry in found:
        one = draw_queries.find_draw(BELL, entry.ticket_type_id)
        if one is not None and one.frozen_at is None:
            draws.leave(one, entry.id)
        entry.left_at = clock.now()
    db.session.flush()
    return found


def due(now: datetime) -> list[tuple[str, str]]:
    """Ticket types whose bell has to ring, or rang and is not through, as (event id, ticket type id)."""
    statement = sa.select(TicketType.event_id, TicketType.id).where(
        TicketType.bell_closes_at <= now, TicketType.bell_rang_at.is_(None), *_happens()
    )
    statement = statement.join(Event, Event.id == TicketType.event_id).order_by(TicketType.bell_closes_at)
    return [(event_id, type_id) for event_id, type_id in db.session.execute(statement)]


def events_in_vain() -> list[str]:
    """Events with a gathering that leads nowhere: its ticket type was taken off sale, or the bell never rang in time."""
    statement = sa.select(BellEntry.event_id).where(
        inside(), BellEntry.ticket_type_id.in_(_in_vain(clock.now()))
    )
    return list(db.session.scalars(statement.distinct()))


def close_in_vain(event_id: str, limit: int = AT_ONCE) -> int:
    """Who gathers for what nobody can get any more is told, and gathers no more; returns how many. Holds the event's seats."""
    seats.hold(event_id)
    event = db.session.get_one(Event, event_id)
    found = leave_all(event_id, BellEntry.ticket_type_id.in_(_in_vain(clock.now())), limit=limit)
    for entry in found:
        telling.line_closed(event, db.session.get_one(TicketType, entry.ticket_type_id), entry)
    return len(found)


def unannounced(now: datetime) -> list[str]:
    """Ticket types that gather soon and have no draw yet."""
    has_draw = sa.exists().where(Draw.owner_kind == BELL, Draw.owner_id == TicketType.id)
    statement = sa.select(TicketType.id).join(Event, Event.id == TicketType.event_id)
    return list(
        db.session.scalars(
            statement.where(
                TicketType.bell_opens_at <= now + BEFORE,
                TicketType.bell_rang_at.is_(None),
                ~has_draw,
                *_happens(),
            )
        )
    )


def ring(event_id: str, ticket_type_id: str) -> bool:
    """One step of the bell: the draw, then some more of those drawn into the line. False when nothing is left to do. Each step
    is a transaction of its own, and any of them may be the last for a while: the next call goes on."""
    seats.hold(event_id)
    ticket_type = db.session.get_one(TicketType, ticket_type_id, populate_existing=True)
    now = clock.now()
    if ticket_type.bell_rang_at or not ticket_type.bell_closes_at or ticket_type.bell_closes_at > now:
        return False
    one = open_bell(ticket_type)
    if one.drawn_at is None:
        _draw(ticket_type, one)
        return True
    if _seat_some(ticket_type):
        return True
    ticket_type.bell_rang_at = now
    db.session.flush()
    return False


# ------------------------------------------------------------------ inside


def _in_vain(now: datetime) -> sa.Select[str]:
    """Ticket types whose bell will bring nobody a seat. What was called off is told by who called it off."""
    over = sa.or_(TicketType.closed_at <= now - CLOSED_FOR_GOOD, Event.ends_at <= now)
    kinds = sa.select(TicketType.id).join(Event, Event.id == TicketType.event_id)
    return kinds.where(TicketType.bell_opens_at.is_not(None), Event.cancelled_at.is_(None), over)


def _happens() -> tuple[sa.ColumnElement[bool], ...]:
    return (Event.published_at.is_not(None), Event.cancelled_at.is_(None), TicketType.closed_at.is_(None))


def _must_gather(
    event: Event, ticket_type: TicketType, party: Party, standing: Standing, now: datetime
) -> None:
    holding.check_size(ticket_type, party)
    found = sale.sale_of(event, ticket_type, standing, now)
    if found in (Sale.NOT_YOURS, Sale.HIDDEN):
        raise NotAllowed(_("This ticket is for another tier, or needs an access code."))
    if found is not Sale.GATHERING:
        raise NotAllowed(_("The bell takes nobody in now."))
    path = (event.id, ticket_type.pool_id, ticket_type.id)
    most = db.session.scalar(sa.select(sa.func.min(Seats.capacity)).where(Seats.id.in_(path))) or 0
    if sale.seats_for(ticket_type, party.people, party.children) > most:
        raise Invalid(_("So many can never sit together with this ticket."), field="people")


def _must_be_free(ticket_type: TicketType, by: Viewer) -> None:
    """One place in line for each pool: whoever stands in it, or gathers for another one, leaves that first."""
    other = in_the_way(ticket_type, by.id)
    if other is None:
        return
    if other.waits:
        raise Conflict(
            _(
                "You wait for “%(ticket)s”, which shares its seats with this ticket. Leave that line first.",
                ticket=other.type.name,
            )
        )
    raise Conflict(
        _(
            "You gather for “%(ticket)s”, which shares its seats with this ticket. Step out there first.",
            ticket=other.type.name,
        )
    )


def _draw(ticket_type: TicketType, one: Draw) -> None:
    """Freeze and draw in one moment; who silently stayed away from an event comes later, this once."""
    lock_row(Draw, one.id, whole=False)  # who comes in at the last moment is seen, or refused
    inside = {entry.id: entry for entry in _entries(ticket_type.id, BellEntry.left_at.is_(None))}
    draws.keep_only(one, inside)
    late = no_shows.spend((entry.member_id for entry in inside.values()), one.id)
    draws.put_later(one, [entry.id for entry in inside.values() if entry.member_id in late])
    draws.freeze(one, _facts(ticket_type, inside))
    draws.draw(one)
    places = dict(draw_queries.places(one.id))
    given = [{"id": entry_id, "place": places[entry_id]} for entry_id in inside]
    if given:
        db.session.execute(sa.update(BellEntry), given)


def _facts(ticket_type: TicketType, inside: dict[str, BellEntry]) -> dict[str, Any]:
    """What else decides, frozen with the list: the rule, the seats that are free now, and how many each entry needs."""
    room = max(0, seats.branch_of(ticket_type).room())
    return {
        "rule": RULE,
        "free_seats": room,
        "seats_of": {entry_id: entry.seats for entry_id, entry in inside.items()},
    }


def _seat_some(ticket_type: TicketType) -> int:
    """Some more stand in line as they were drawn, and whoever can be is asked; returns how many they were."""
    event = db.session.get_one(Event, ticket_type.event_id)
    waiting.refill(event)
    next_ones = _entries(ticket_type.id, BellEntry.place.is_not(None), inside(), limit=AT_ONCE)
    lined: list[tuple[BellEntry, WaitingEntry]] = []
    for entry in next_ones:
        known = waiting.find_entry(ticket_type.pool_id, entry.member_id)
        stands = known or waiting.stand_in_line(
            ticket_type, entry.people, entry.children, member_id=entry.member_id
        )
        entry.waiting_id = stands.id
        lined.append((entry, stands))
    db.session.flush()
    waiting.refill(event, Origin.BELL)
    for entry, stands in lined:
        db.session.refresh(stands)
        if stands.state is WaitingState.WAITING:
            telling.bell_waits(event, entry)
        else:
            entry.registration_id = stands.registration_id
    db.session.flush()
    return len(lined)


def _entries(
    ticket_type_id: str, *which: sa.ColumnElement[bool], limit: int | None = None
) -> list[BellEntry]:
    statement = sa.select(BellEntry).where(BellEntry.ticket_type_id == ticket_type_id, *which)
    ordered = statement.order_by(BellEntry.place, BellEntry.id).limit(limit)
    return list(db.session.scalars(ordered.execution_options(populate_existing=True)))
