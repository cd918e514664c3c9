"""The waiting list of a pool: a party waits together, and each freed seat is offered in order.

An offer is a held registration, so its seats are counted like all others. Seats that do not suffice for the first party are
kept for it until 48 hours before the start; from then on whoever fits is asked (``rules.times``). A party that waits for a
ticket type whose own limit is reached stands in nobody's way who waits for another one.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, new_id
from portal.core.draw.models import Draw
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.events.models import (
    LIVE,
    STILL_IN,
    Event,
    Origin,
    Pool,
    Registration,
    RegistrationState,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.rules import sale, times
from portal.events.rules.sale import Standing
from portal.events.services import seats, telling
from portal.events.services.placing import Party, place
from portal.membership.models import Perk
from portal.membership.queries.access import perks_of

#: what draws of opening bells call their owner: a ticket type
BELL = "bell"
AT_ONCE = 200


def join(
    ticket_type: TicketType, people: int, children: int, *, by: Viewer, standing: Standing
) -> WaitingEntry:
    """Stand at the end of the line; who stands there already keeps their place (and their party). Offers come by themselves.

    Checked before: the size of the party, and that the ticket type is on sale for them.
    """
    seats.hold(ticket_type.event_id)
    known = find_entry(ticket_type.pool_id, by.id)
    if known is not None:
        return known
    entry = stand_in_line(ticket_type, people, children, member_id=by.id)
    refill(db.session.get_one(Event, ticket_type.event_id), ticket_type.pool_id)
    db.session.refresh(entry)
    return entry


def stand_in_line(ticket_type: TicketType, people: int, children: int, *, member_id: str) -> WaitingEntry:
    """A new entry with the next turn of its pool. Hold the event's seats before."""
    pool = db.session.get_one(Pool, ticket_type.pool_id, populate_existing=True)
    entry = WaitingEntry(
        event_id=ticket_type.event_id,
        pool_id=pool.id,
        ticket_type_id=ticket_type.id,
        member_id=member_id,
        turn=pool.next_turn,
        people=people,
        children=children,
        seats=sale.seats_for(ticket_type, people, children),
        joined_at=clock.now(),
    )
    pool.next_turn += 1
    db.session.add(entry)
    db.session.flush()
    return entry


def leave(entry: WaitingEntry) -> None:
    """They do not wait any more. Raises Conflict when an offer is theirs: that is accepted or declined."""
    gone = sa.update(WaitingEntry).where(
        WaitingEntry.id == entry.id, WaitingEntry.state == WaitingState.WAITING
    )
    if changed_rows(gone.values(state=WaitingState.LEFT, ended_at=clock.now())) != 1:
        raise Conflict(_("Something happened meanwhile. Please look again."))
    refill(db.session.get_one(Event, entry.event_id), entry.pool_id)


def refill(event: Event, pool_id: str) -> int:
    """Offer what is free to who waits first; returns how many were asked. Hold the event's seats before."""
    now = clock.now()
    if event.cancelled_at or now >= event.ends_at:
        return 0
    line = _line(pool_id)
    types = _types({entry.ticket_type_id for entry in line})
    asked, full = 0, set[str]()
    for entry in line:
        ticket_type = types[entry.ticket_type_id]
        if ticket_type.id in full:
            continue
        if ticket_type.closed_at or now >= ticket_type.sale_ends_at:
            full.add(ticket_type.id)
            continue
        found = _room(ticket_type, entry, now)
        if found is None:
            asked += _offer(event, ticket_type, entry, now)
        elif found == "pool" and times.keeps_line(event, now):
            break
        elif found == "ticket_type" and times.keeps_line(event, now):
            full.add(ticket_type.id)
    return asked


def stands_before(ticket_type: TicketType) -> bool:
    """Whether somebody waits who must be asked before anybody signs up for this ticket type: they wait for the same, or the
    pool itself is too full for them. Call :func:`refill` before."""
    for entry in _line(ticket_type.pool_id):
        if entry.ticket_type_id == ticket_type.id:
            return True
        wanted = db.session.get_one(TicketType, entry.ticket_type_id)
        open_to_them = not wanted.closed_at and clock.now() < wanted.sale_ends_at
        if open_to_them and _room(wanted, entry, clock.now()) == "pool":
            return True
    return False


def offer_over(registration: Registration) -> None:
    """A registration ended: the offer it came from is over too, whoever ended it."""
    if registration.origin is not Origin.OFFER:
        return
    time_ran_out = registration.state is RegistrationState.EXPIRED
    state = WaitingState.LAPSED if time_ran_out else WaitingState.DECLINED
    theirs = sa.update(WaitingEntry).where(
        WaitingEntry.registration_id == registration.id, WaitingEntry.state == WaitingState.OFFERED
    )
    if changed_rows(theirs.values(state=state, ended_at=clock.now())) and time_ran_out:
        telling.offer_lapsed(registration)


def offer_accepted(registration: Registration) -> None:
    theirs = sa.update(WaitingEntry).where(
        WaitingEntry.registration_id == registration.id, WaitingEntry.state == WaitingState.OFFERED
    )
    changed_rows(theirs.values(state=WaitingState.ACCEPTED, ended_at=clock.now()))


def find_entry(pool_id: str, member_id: str) -> WaitingEntry | None:
    """The place of a member in the line of a pool, waiting or with an offer."""
    mine = sa.select(WaitingEntry).where(
        WaitingEntry.pool_id == pool_id,
        WaitingEntry.member_id == member_id,
        WaitingEntry.state.in_(STILL_IN),
    )
    return db.session.scalar(mine.execution_options(populate_existing=True))


def reserve_for(ticket_type: TicketType, needed: int, reserve: int, now: datetime) -> int:
    """How many of the seats come from what the pool keeps back: as many as their tier has, while it is kept."""
    if not reserve:
        return 0
    pool = db.session.get_one(Pool, ticket_type.pool_id)
    if pool.reserved_until is not None and pool.reserved_until <= now:
        return 0
    row = seats.branch_of(ticket_type).pool
    return min(needed, reserve, row.reserved - row.reserved_used)


def bell_rang(ticket_type: TicketType) -> bool:
    """Whether its draw is over; a ticket type without an opening bell needs none."""
    if ticket_type.bell_closes_at is None:
        return True
    drawn = sa.select(Draw.drawn_at).where(Draw.owner_kind == BELL, Draw.owner_id == ticket_type.id)
    return db.session.scalar(drawn) is not None


def _line(pool_id: str) -> list[WaitingEntry]:
    waiting = sa.select(WaitingEntry).where(
        WaitingEntry.pool_id == pool_id, WaitingEntry.state == WaitingState.WAITING
    )
    statement = waiting.order_by(WaitingEntry.turn).limit(AT_ONCE).execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def _types(ids: set[str]) -> dict[str, TicketType]:
    return {one.id: one for one in db.session.scalars(sa.select(TicketType).where(TicketType.id.in_(ids)))}


def _room(ticket_type: TicketType, entry: WaitingEntry, now: datetime) -> str | None:
    """What is too full for this party: ``ticket_type``, or ``pool`` (the event counts as that); None when it fits."""
    branch = seats.branch_of(ticket_type)
    reserve = _reserve(ticket_type, entry, now)
    if branch.room(reserve) >= entry.seats:
        return None
    if branch.ticket_type.capacity - branch.ticket_type.used < entry.seats:
        return "ticket_type"
    return "pool"


def _reserve(ticket_type: TicketType, entry: WaitingEntry, now: datetime) -> int:
    """Of what the pool keeps back this party may take so many."""
    row = seats.branch_of(ticket_type).pool
    if row.reserved == row.reserved_used:
        return 0
    return reserve_for(ticket_type, entry.seats, perks_of(entry.member_id)[Perk.RESERVED_SEATS], now)


def _offer(event: Event, ticket_type: TicketType, entry: WaitingEntry, now: datetime) -> bool:
    """A held registration for them, and word of it. False for who has such a ticket by now: they do not wait any more."""
    if _has_ticket(ticket_type, entry.member_id):
        entry.state, entry.ended_at = WaitingState.CLOSED, now
        db.session.flush()
        return False
    perks = perks_of(entry.member_id)
    standing = Standing(discount_percent=perks[Perk.TICKET_DISCOUNT])
    made = place(
        event,
        ticket_type,
        Party(entry.people, entry.children),
        member_id=entry.member_id,
        attempt=new_id(),
        amount=sale.price_for(ticket_type, entry.people, standing),
        until=times.offer_until(event, now),
        reserve=_reserve(ticket_type, entry, now),
        origin=Origin.OFFER,
    )
    entry.state, entry.offered_at, entry.registration_id = WaitingState.OFFERED, now, made.id
    db.session.flush()
    telling.offered(event, made)
    return True


def _has_ticket(ticket_type: TicketType, member_id: str) -> bool:
    live = sa.select(Registration.id).where(
        Registration.ticket_type_id == ticket_type.id,
        Registration.member_id == member_id,
        Registration.state.in_(LIVE),
    )
    return db.session.scalar(live) is not None
