"""The waiting list of an event: parties wait together, each for a ticket type of some pool, and freed seats are offered in order.

An offer is a held registration, so its seats are counted like all others. Seats that do not suffice for who is next are kept
for them until 48 hours before the start; from then on whoever fits is asked (``rules.times``). Only what one really waits for
is kept: who waits for a ticket type that is full itself stands in nobody's way who waits for another one, and who waits for
one pool in nobody's way at another, unless the event itself is full. What a pool keeps back goes to who has the perk, in order.
Who is suspended keeps their place, and is passed by until they may come in again.

Call :func:`portal.events.services.seats.hold` before everything that decides or changes something here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.queries import is_suspended
from portal.core import clock
from portal.core.db import changed_rows, db, new_id
from portal.events.models import (
    STILL_IN,
    Ended,
    Event,
    Origin,
    Pool,
    Registration,
    RegistrationState,
    Seats,
    SeatsOf,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.rules import sale, times
from portal.events.rules.sale import Standing
from portal.events.services import seats, telling
from portal.events.services.placing import Party, place
from portal.membership.models import Perk
from portal.membership.queries.access import holds, perks_of

AT_ONCE = 50


@dataclass
class _Room:
    """What is free in an event while its line is walked, and behind whom nobody is asked any more.

    ``full`` are ticket types, ``pools`` those whose free seats are spoken for, ``kept`` those whose reserve is.
    """

    seats: dict[str, Seats]
    types: dict[str, TicketType]
    full: set[str] = field(default_factory=set)
    pools: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def left(self, one: str) -> int:
        return self.seats[one].capacity - self.seats[one].used

    def reserve(self, pool_id: str) -> int:
        """Seats that the pool keeps back and nobody has taken."""
        return self.seats[pool_id].reserved - self.seats[pool_id].reserved_used

    def is_sold(self, type_id: str, now: datetime) -> bool:
        return not self.types[type_id].closed_at and now < self.types[type_id].sale_ends_at

    def most(self) -> int:
        """No greater party can sit down anywhere."""
        types = [one for one in self.types.values() if one.id not in self.full]
        rooms = [min(self.left(one.id), self.left(one.pool_id), self.left(one.event_id)) for one in types]
        return max(rooms, default=0)

    def narrow(self, entry: WaitingEntry) -> str:
        """Where the fewest seats are that this party needs: behind it nobody is asked there. Of equals the widest."""
        path = (entry.event_id, entry.pool_id, entry.ticket_type_id)
        return min(path, key=lambda one: self.seats[one].free)

    def may_ask(self, entry: WaitingEntry, perk: bool) -> bool:
        """Nobody before them is waited for where they would sit."""
        if entry.ticket_type_id in self.full or not self.ever_fits(entry):
            return False
        return entry.pool_id not in self.pools or (perk and entry.pool_id not in self.kept)

    def keep_for(self, entry: WaitingEntry, perk: bool) -> bool:
        """They do not fit yet: what they wait for is kept for them. False when that is the event itself."""
        narrow = entry.pool_id if entry.pool_id in self.pools else self.narrow(entry)
        if narrow == entry.ticket_type_id:
            self.full.add(narrow)
        elif narrow == entry.pool_id:
            self.pools.add(narrow)
            self.kept |= {narrow} if perk else set()
        return narrow != entry.event_id

    def ever_fits(self, entry: WaitingEntry) -> bool:
        """So many could sit there if nobody else did."""
        path = (entry.event_id, entry.pool_id, entry.ticket_type_id)
        return entry.seats <= min(self.seats[one].capacity for one in path)


def stand_in_line(ticket_type: TicketType, people: int, children: int, *, member_id: str) -> WaitingEntry:
    """A new entry at the end of the line, whatever the sale says. Nobody is asked yet (:func:`refill`)."""
    last = sa.select(sa.func.max(WaitingEntry.turn)).where(WaitingEntry.event_id == ticket_type.event_id)
    entry = WaitingEntry(
        event_id=ticket_type.event_id,
        pool_id=ticket_type.pool_id,
        ticket_type_id=ticket_type.id,
        member_id=member_id,
        turn=(db.session.scalar(last) or 0) + 1,
        people=people,
        children=children,
        seats=sale.seats_for(ticket_type, people, children),
        joined_at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def refill(event: Event, origin: Origin = Origin.OFFER) -> int:
    """Offer what is free to who waits first; returns how many were asked. A few queries, however many wait; besides, what each
    offer costs."""
    now = clock.now()
    release_reserves(event.id, now)
    if event.cancelled_at or now >= event.ends_at or not anybody_waits(event.id):
        return 0
    room, strict, asked = _room(event, now), times.keeps_line(event, now), 0
    for entry, perk in _in_turn(event, room, now):
        if not room.may_ask(entry, perk):
            continue
        reserve = _reserve_that_serves(room, entry, perk)
        if reserve is not None:
            asked += _offer(event, room.types[entry.ticket_type_id], entry, reserve, origin)
        elif strict and not room.keep_for(entry, perk):
            break
    return asked


def stands_before(ticket_type: TicketType, *, on_reserve: bool = False) -> bool:
    """Whether somebody must be asked before anybody signs up for this ticket type. Call :func:`refill` before.

    Who still waits then for the same ticket type, or for another one of the pool (or of the event) that is not full itself. Near
    the start nobody: who fits was asked. With ``on_reserve`` they sit on what the pool keeps back, for which only those with the
    perk wait.
    """
    event, now = db.session.get_one(Event, ticket_type.event_id), clock.now()
    if not times.keeps_line(event, now) or not anybody_waits(event.id):
        return False
    room = _room(event, now)
    for entry in _heads(event.id, now, on_reserve):
        if not room.is_sold(entry.ticket_type_id, now):
            continue
        if entry.ticket_type_id == ticket_type.id:
            return True
        if room.narrow(entry) in (ticket_type.pool_id, event.id):
            return True
    return False


def anybody_waits(event_id: str) -> bool:
    line = sa.select(WaitingEntry.id).where(
        WaitingEntry.event_id == event_id, WaitingEntry.state == WaitingState.WAITING
    )
    return db.session.scalar(line.limit(1)) is not None


def offer_over(registration: Registration) -> None:
    """A registration ended: the offer it came from is over too, whoever ended it. Who let the time pass is told."""
    lapsed = registration.state is RegistrationState.EXPIRED
    state = WaitingState.LAPSED if lapsed else WaitingState.DECLINED
    if registration.ended in (Ended.EVENT, Ended.STAFF):
        state = WaitingState.CLOSED
    _move_offer(registration, state)
    if lapsed and registration.origin in (Origin.OFFER, Origin.BELL):
        telling.offer_lapsed(registration)


def offer_accepted(registration: Registration) -> None:
    """The offer it came from, if it came from one."""
    if registration.origin in (Origin.OFFER, Origin.BELL):
        _move_offer(registration, WaitingState.ACCEPTED)


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


def release_reserves(event_id: str, now: datetime) -> int:
    """What pools kept back until a time that has come is free for all; returns how many pools that were."""
    due = sa.select(Pool.id).where(Pool.event_id == event_id, Pool.reserved_until <= now)
    kept = sa.update(Seats).where(Seats.id.in_(due), Seats.reserved > Seats.reserved_used)
    return changed_rows(kept.values(reserved=Seats.reserved_used))


# ------------------------------------------------------------------ inside


def _room(event: Event, now: datetime) -> _Room:
    """What is free now. Nobody is asked for what is not on sale any more, nor where nothing is left."""
    rows = sa.select(Seats).where(Seats.event_id == event.id, Seats.kind != SeatsOf.SESSION)
    types = sa.select(TicketType).where(TicketType.event_id == event.id)
    room = _Room(
        {row.id: row for row in db.session.scalars(rows.execution_options(populate_existing=True))},
        {one.id: one for one in db.session.scalars(types.execution_options(populate_existing=True))},
    )
    for one in room.types.values():
        if not room.is_sold(one.id, now) or not room.left(one.id):
            room.full.add(one.id)
    for pool_id in {one.pool_id for one in room.types.values()}:
        if not room.reserve(pool_id):
            room.kept.add(pool_id)
            if not room.left(pool_id):
                room.pools.add(pool_id)
    return room


def _in_turn(event: Event, room: _Room, now: datetime) -> Iterator[tuple[WaitingEntry, bool]]:
    """Who waits, in order, and whether they have the perk; not those whom nothing can be offered as ``room`` stands by then."""
    has_perk, last = holds(Perk.RESERVED_SEATS, WaitingEntry.member_id, now), 0
    while room.most():
        line = sa.select(WaitingEntry, has_perk).where(
            WaitingEntry.event_id == event.id,
            WaitingEntry.state == WaitingState.WAITING,
            WaitingEntry.turn > last,
            WaitingEntry.ticket_type_id.not_in(room.full),
            sa.or_(
                WaitingEntry.pool_id.not_in(room.pools),
                sa.and_(WaitingEntry.pool_id.not_in(room.kept), has_perk),
            ),
            ~is_suspended(WaitingEntry.member_id),
        )
        if not times.keeps_line(event, now):
            line = line.where(WaitingEntry.seats <= room.most())
        found = db.session.execute(
            line.order_by(WaitingEntry.turn).limit(AT_ONCE), execution_options={"populate_existing": True}
        ).all()
        if not found:
            return
        for entry, perk in found:
            yield entry, bool(perk)
            last = entry.turn


def _reserve_that_serves(room: _Room, entry: WaitingEntry, perk: bool) -> int | None:
    """How many seats of the reserve this party takes if it can sit down now; None when it cannot."""
    others = min(room.left(entry.event_id), room.left(entry.ticket_type_id))
    if others < entry.seats:
        return None
    kept = 0 if entry.pool_id in room.kept or not perk else room.reserve(entry.pool_id)
    if kept:
        kept = min(kept, entry.seats, perks_of(entry.member_id)[Perk.RESERVED_SEATS])
    free = 0 if entry.pool_id in room.pools else room.seats[entry.pool_id].free
    return kept if free + kept >= entry.seats else None


def _heads(event_id: str, now: datetime, with_perk: bool) -> list[WaitingEntry]:
    """Who waits first for each ticket type, of those who would ever fit; with ``with_perk`` of those who have it."""
    among = [holds(Perk.RESERVED_SEATS, WaitingEntry.member_id, now)] if with_perk else []
    found = _firsts(event_id, among)
    if any(away for _entry, away in found):  # hardly ever: so not everybody who waits is asked about
        found = _firsts(event_id, [*among, ~is_suspended(WaitingEntry.member_id)])
    return [entry for entry, _away in found]


def _firsts(event_id: str, among: list[sa.ColumnElement[bool]]) -> list[tuple[WaitingEntry, bool]]:
    """The first for each ticket type, and whether they are suspended."""
    of_type, of_pool = aliased(Seats), aliased(Seats)
    firsts = (
        sa.select(sa.func.min(WaitingEntry.turn).label("turn"))
        .join(of_type, of_type.id == WaitingEntry.ticket_type_id)
        .join(of_pool, of_pool.id == WaitingEntry.pool_id)
        .where(WaitingEntry.event_id == event_id, WaitingEntry.state == WaitingState.WAITING)
        .where(WaitingEntry.seats <= of_type.capacity, WaitingEntry.seats <= of_pool.capacity, *among)
        .group_by(WaitingEntry.ticket_type_id)
        .cte("firsts")
        .prefix_with("MATERIALIZED")  # worked out once, also by a planner who knows nothing of the tables yet
    )
    statement = sa.select(WaitingEntry, is_suspended(WaitingEntry.member_id)).where(
        WaitingEntry.event_id == event_id, WaitingEntry.turn.in_(sa.select(firsts.c.turn))
    )
    rows = db.session.execute(statement, execution_options={"populate_existing": True})
    return [(entry, bool(away)) for entry, away in rows]


def _offer(event: Event, ticket_type: TicketType, entry: WaitingEntry, reserve: int, origin: Origin) -> bool:
    """A held registration for them, and word of it. False for who has such a ticket by now: they do not wait any more (who
    just signs up for one keeps their turn)."""
    now = clock.now()
    has = _state_of_theirs(ticket_type, entry.member_id)
    if has is not None:
        if has is RegistrationState.CONFIRMED:
            entry.state, entry.ended_at = WaitingState.CLOSED, now
            db.session.flush()
        return False
    standing = Standing(discount_percent=perks_of(entry.member_id)[Perk.TICKET_DISCOUNT])
    made = place(
        event,
        ticket_type,
        Party(entry.people, entry.children),
        member_id=entry.member_id,
        attempt=new_id(),
        amount=sale.price_for(ticket_type, entry.people, standing),
        until=times.offer_until(event, now),
        reserve=reserve,
        origin=origin,
    )
    entry.state, entry.offered_at, entry.registration_id = WaitingState.OFFERED, now, made.id
    db.session.flush()
    seats.branch_of(ticket_type)  # reads the rows again that the walk looks at
    telling.offered(event, made)
    return True


def _state_of_theirs(ticket_type: TicketType, member_id: str) -> RegistrationState | None:
    """What became of their sign-up for this ticket type, if one is alive."""
    live = sa.select(Registration.state).where(
        Registration.ticket_type_id == ticket_type.id,
        Registration.member_id == member_id,
        Registration.ended_at.is_(None),
    )
    return db.session.scalar(live)


def _move_offer(registration: Registration, state: WaitingState) -> None:
    theirs = sa.update(WaitingEntry).where(
        WaitingEntry.registration_id == registration.id, WaitingEntry.state == WaitingState.OFFERED
    )
    changed_rows(theirs.values(state=state, ended_at=clock.now()))
