"""The tree of seats and what hangs on it: pools and ticket types. Nothing ever shrinks below what is taken.

What is lowered is lowered by one UPDATE that asks whether it fits, with the CHECKs of the database behind it; what grows goes
at once to who waits first.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.core.draw.models import Draw
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import (
    AccessCode,
    BellEntry,
    Event,
    EventDay,
    Pool,
    Question,
    Registration,
    Seats,
    SeatsOf,
    TicketType,
    WaitingEntry,
)
from portal.events.queries.studio import pools_of, types_of
from portal.events.rules.sale import BELL
from portal.events.rules.words import PoolWords, TicketWords
from portal.events.services import freeing, studio, waiting
from portal.membership.models import Tier

MOST_POOLS, MOST_TYPES = 20, 40


def set_capacity(event: Event, people: int, *, seen: int, by: Viewer) -> None:
    """So many people fit into the event. Raises Conflict for an old page, Invalid below what is taken. Audited."""
    studio.hold(event, by)
    row = _row(event.id)
    if row.capacity != seen:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    biggest = _biggest(SeatsOf.POOL, event.id)
    if biggest > people:
        raise Invalid(
            _("A pool has %(seats)s seats: make that smaller first.", seats=biggest), field="people"
        )
    _fit(row, people, field="people")
    studio.note("capacity_set", event, by, before=row.capacity, now=people)
    _refill(event)


# ------------------------------------------------------------------ pools


def add_pool(event: Event, words: PoolWords, *, by: Viewer) -> Pool:
    """One more pool, with a waiting list of its own. Raises Invalid beside the field. Audited."""
    studio.hold(event, by)
    studio.needs_name(words)
    _below_event(event, words.capacity)
    _check_reserve(words, used=0, reserved_used=0)
    others = pools_of(event.id)
    if len(others) >= MOST_POOLS:
        raise Conflict(_("An event has at most %(most)s pools.", most=MOST_POOLS))
    pool = Pool(event_id=event.id, position=studio.next_position(others), **words.columns())
    db.session.add(pool)
    db.session.flush()
    facts = {"event_id": event.id, "kind": SeatsOf.POOL, "parent_id": event.id}
    db.session.add(Seats(id=pool.id, capacity=words.capacity, reserved=words.reserved, **facts))
    db.session.flush()
    studio.note("pool_added", event, by, pool=pool.id, seats=words.capacity)
    return pool


def change_pool(pool: Pool, words: PoolWords, *, event: Event, seen: str, by: Viewer) -> None:
    """Names, seats, and how many are kept back until when. More seats go to who waits. Audited.

    Raises Conflict for an old page, Invalid beside the field: below what is taken, below a ticket type, above the event.
    """
    studio.hold(event, by)
    pool = studio.find_part(Pool, pool.id, event)
    row = _row(pool.id)
    studio.needs_name(words)
    _below_event(event, words.capacity)
    biggest = _biggest(SeatsOf.TICKET_TYPE, pool.id)
    if biggest > words.capacity:
        raise Invalid(
            _("A kind of ticket has %(seats)s seats: make that smaller first.", seats=biggest),
            field="capacity",
        )
    _check_reserve(words, used=row.used, reserved_used=row.reserved_used)
    changed = studio.change(pool, pool_words(pool, row), words, seen)
    if not changed:
        return
    _fit(row, words.capacity, reserved=words.reserved)
    studio.note("pool_changed", event, by, pool=pool.id, fields=sorted(changed), seats=words.capacity)
    _refill(event)


def remove_pool(pool: Pool, *, event: Event, by: Viewer) -> None:
    """Take away a pool that no ticket type stands in. Raises Conflict. Audited."""
    studio.hold(event, by)
    pool = studio.find_part(Pool, pool.id, event)
    if any(one.pool_id == pool.id for one in types_of(event.id)):
        raise Conflict(_("Tickets stand in this pool. Remove them or move them first."))
    if _leads_to(WaitingEntry.pool_id == pool.id) or _leads_to(Registration.pool_id == pool.id):
        raise Conflict(_("Somebody signed up or waited in this pool: it stays."))
    _delete(pool)
    studio.note("pool_removed", event, by, pool=pool.id)


def pool_words(pool: Pool, row: Seats) -> PoolWords:
    """What its form shows."""
    return PoolWords.of(pool, capacity=row.capacity, reserved=row.reserved)


# ------------------------------------------------------------------ ticket types


def add_type(event: Event, words: TicketWords, *, by: Viewer) -> TicketType:
    """One more kind of ticket, in the brand's currency. Raises Invalid beside the field. Audited."""
    studio.hold(event, by)
    pool = _check_type(event, words)
    others = types_of(event.id)
    if len(others) >= MOST_TYPES:
        raise Conflict(_("An event has at most %(most)s kinds of ticket.", most=MOST_TYPES))
    made = TicketType(
        event_id=event.id,
        position=studio.next_position(others),
        currency=brand.current().currency,
        **words.columns(),
    )
    db.session.add(made)
    db.session.flush()
    facts = {"event_id": event.id, "kind": SeatsOf.TICKET_TYPE, "parent_id": pool.id}
    db.session.add(Seats(id=made.id, capacity=words.capacity, **facts))
    db.session.flush()
    studio.note("ticket_added", event, by, ticket=made.id, price=words.price, seats=words.capacity)
    return made


def change_type(ticket: TicketType, words: TicketWords, *, event: Event, seen: str, by: Viewer) -> None:
    """Change what is sold from now on; who has a ticket keeps what they paid for. More seats go to who waits. Audited.

    Raises Conflict for an old page, Invalid beside the field. Once somebody signed up its pool, and how many it admits, stay.
    """
    studio.hold(event, by)
    ticket = studio.find_part(TicketType, ticket.id, event)
    row = _row(ticket.id)
    pool = _check_type(event, words)
    if _is_known(ticket.id):
        _check_promised(ticket, words)
    changed = studio.change(ticket, type_words(ticket, row), words, seen)
    if not changed:
        return
    if "price" in changed:
        ticket.currency = brand.current().currency
    row.parent_id = pool.id
    db.session.flush()
    _fit(row, words.capacity)
    studio.note("ticket_changed", event, by, ticket=ticket.id, fields=sorted(changed), price=words.price)
    _refill(event)


def close_type(ticket: TicketType, closed: bool, *, event: Event, by: Viewer) -> None:
    """Take it off sale, or put it back. Who holds one keeps it; who waits for it waits for
    another hour. Twice is once. Audited."""
    studio.hold(event, by)
    ticket = studio.find_part(TicketType, ticket.id, event)
    if (ticket.closed_at is not None) == closed:
        return
    ticket.closed_at = clock.now() if closed else None
    db.session.flush()
    studio.note("ticket_closed" if closed else "ticket_reopened", event, by, ticket=ticket.id)
    _refill(event)


def move_type(ticket: TicketType, way: str, *, event: Event, by: Viewer) -> None:
    """One place ``up`` or ``down`` in the list that members choose from. Audited."""
    studio.hold(event, by)
    ticket = studio.find_part(TicketType, ticket.id, event)
    studio.reorder(types_of(event.id), ticket, way)
    studio.note("ticket_moved", event, by, ticket=ticket.id)


def remove_type(ticket: TicketType, *, event: Event, by: Viewer) -> None:
    """Take away a kind of ticket that nobody ever signed up or waited for. Raises Conflict: close it instead. Audited."""
    studio.hold(event, by)
    ticket = studio.find_part(TicketType, ticket.id, event)
    if _is_known(ticket.id):
        raise Conflict(_("Somebody signed up or waited for it, or has a code: close it instead."))
    _delete(ticket)
    studio.note("ticket_removed", event, by, ticket=ticket.id)


def type_words(ticket: TicketType, row: Seats) -> TicketWords:
    """What its form shows."""
    return TicketWords.of(ticket, capacity=row.capacity)


# ------------------------------------------------------------------ inside


def _row(row_id: str) -> Seats:
    return db.session.get_one(Seats, row_id, populate_existing=True)


def _fit(row: Seats, capacity: int, *, reserved: int | None = None, field: str = "capacity") -> None:
    """The new numbers, if what is taken fits into them. Raises Invalid beside ``field``."""
    kept = row.reserved if reserved is None else reserved
    fits = sa.update(Seats).where(
        Seats.id == row.id, Seats.used + kept - Seats.reserved_used <= capacity, Seats.reserved_used <= kept
    )
    if not changed_rows(fits.values(capacity=capacity, reserved=kept)):
        raise Invalid(_("%(used)s seats are taken by now.", used=row.used), field=field)
    db.session.flush()


def _biggest(kind: SeatsOf, parent_id: str) -> int:
    """The greatest capacity below a row."""
    below = sa.select(sa.func.max(Seats.capacity)).where(Seats.kind == kind, Seats.parent_id == parent_id)
    return db.session.scalar(below) or 0


def _below_event(event: Event, capacity: int) -> None:
    most = _row(event.id).capacity
    if capacity > most:
        raise Invalid(_("Only %(most)s people fit into the event.", most=most), field="capacity")


def _check_reserve(words: PoolWords, *, used: int, reserved_used: int) -> None:
    if words.reserved < reserved_used:
        raise Invalid(_("%(used)s of the seats kept back are taken.", used=reserved_used), field="reserved")
    if words.reserved - reserved_used > words.capacity - used and words.capacity >= used:
        raise Invalid(
            _(
                "So many seats are not free: at most %(most)s can be kept back.",
                most=words.capacity - used + reserved_used,
            ),
            field="reserved",
        )


def _check_type(event: Event, words: TicketWords) -> Pool:
    """Everything that must fit together. Returns its pool."""
    studio.needs_name(words)
    pool = db.session.get(Pool, words.pool_id)
    if pool is None or pool.event_id != event.id:
        raise Invalid(_("Please choose one of the pools."), field="pool_id")
    most = _row(pool.id).capacity
    if words.capacity > most:
        raise Invalid(_("The pool has only %(most)s seats.", most=most), field="capacity")
    if not words.admits <= words.most_people:
        raise Invalid(_("It is at least as many as one ticket admits."), field="most_people")
    day = db.session.get(EventDay, words.day_id) if words.day_id else None
    if words.day_id and (day is None or day.event_id != event.id):
        raise Invalid(_("Please choose one of the days."), field="day_id")
    if words.tier_id and db.session.get(Tier, words.tier_id) is None:
        raise Invalid(_("Please choose one of the tiers."), field="tier_id")
    _check_sale(event, day, words)
    return pool


def _check_sale(event: Event, day: EventDay | None, words: TicketWords) -> None:
    if not words.sale_starts_at < words.sale_ends_at:
        raise Invalid(_("Sale ends after it begins."), field="sale_ends_at")
    if words.sale_ends_at.replace(second=0, microsecond=0) > event.ends_at:
        raise Invalid(_("Sale ends with the event at the latest."), field="sale_ends_at")
    if day is not None and words.sale_ends_at.replace(second=0, microsecond=0) > day.ends_at:
        raise Invalid(_("Sale ends with the day of the ticket at the latest."), field="sale_ends_at")
    if (words.bell_opens_at is None) != (words.bell_closes_at is None):
        empty = "bell_opens_at" if words.bell_opens_at is None else "bell_closes_at"
        raise Invalid(_("The gathering needs a beginning and an end."), field=empty)
    if words.bell_opens_at is None or words.bell_closes_at is None:
        return
    if not words.bell_opens_at < words.bell_closes_at:
        raise Invalid(_("The gathering ends after it begins."), field="bell_closes_at")
    if words.bell_closes_at >= min(words.sale_ends_at, event.starts_at):
        raise Invalid(
            _("The gathering ends before the sale and before the event begins."), field="bell_closes_at"
        )


def _check_promised(ticket: TicketType, words: TicketWords) -> None:
    """What those who signed up were told holds."""
    if words.pool_id != ticket.pool_id:
        raise Invalid(_("Somebody signed up or waits: it stays in its pool."), field="pool_id")
    if words.admits != ticket.admits:
        raise Invalid(_("Somebody signed up: what one ticket admits stays."), field="admits")
    if words.children_count != ticket.children_count:
        raise Invalid(_("Somebody signed up: how children count stays."), field="children_count")
    if words.day_id != ticket.day_id:
        raise Invalid(_("Somebody signed up: the day of the ticket stays."), field="day_id")
    rung = _leads_to(Draw.owner_kind == BELL, Draw.owner_id == ticket.id)
    moved = not (
        studio.same(ticket.bell_opens_at, words.bell_opens_at)
        and studio.same(ticket.bell_closes_at, words.bell_closes_at)
    )
    if rung and moved:
        raise Invalid(_("Its bell has been announced: the times stay."), field="bell_opens_at")


def _is_known(ticket_id: str) -> bool:
    """Anything of a member, a code, a question or a draw leads here."""
    return (
        _leads_to(Registration.ticket_type_id == ticket_id)
        or _leads_to(WaitingEntry.ticket_type_id == ticket_id)
        or _leads_to(BellEntry.ticket_type_id == ticket_id)
        or _leads_to(AccessCode.ticket_type_id == ticket_id)
        or _leads_to(Question.ticket_type_id == ticket_id)
        or _leads_to(Draw.owner_kind == BELL, Draw.owner_id == ticket_id)
    )


def _leads_to(*conditions: sa.ColumnElement[bool]) -> bool:
    return db.session.scalar(sa.select(sa.literal(1)).where(*conditions).limit(1)) is not None


def _delete(row: Pool | TicketType) -> None:
    """Its seats with it."""
    changed_rows(sa.delete(Seats).where(Seats.id == row.id))
    model, row_id = type(row), row.id
    db.session.expunge(row)
    changed_rows(sa.delete(model).where(model.id == row_id))
    db.session.expire_all()


def _refill(event: Event) -> None:
    """What is free now goes to who waits first."""
    if event.is_public:
        freeing.expire_due(event.id, clock.now())
        waiting.refill(event)
