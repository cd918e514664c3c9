"""The waiting list: in order, parties together, and every path that frees a seat asks who is next."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.events.jobs.lines import look_after_lines
from portal.events.models import (
    Ended,
    Event,
    Registration,
    RegistrationState,
    Seats,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.lines import in_line
from portal.events.queries.offer import offers_of
from portal.events.rules.sale import Standing
from portal.events.services import changing, freeing, leaving, lines, seats, waiting
from portal.events.services.holding import SoldOut
from portal.membership.models import Perk, SpanKind
from portal.membership.services import spans
from portal.notifications.models import Notification
from tests.make import Make

Queries = Callable[[], contextlib.AbstractContextManager[list[str]]]


def state(entry: WaitingEntry) -> WaitingState:
    return db.session.get_one(WaitingEntry, entry.id, populate_existing=True).state


def states(*entries: WaitingEntry) -> list[str]:
    return [state(entry).value for entry in entries]


def told(member_id: str) -> list[str]:
    mine = sa.select(Notification.kind).where(Notification.member_id == member_id)
    return list(db.session.scalars(mine.order_by(Notification.created_at, Notification.id)))


def event_of(kind: TicketType) -> Event:
    return db.session.get_one(Event, kind.event_id)


def give(entry: WaitingEntry) -> Registration:
    """The registration behind an offer."""
    registration_id = db.session.get_one(WaitingEntry, entry.id, populate_existing=True).registration_id
    return db.session.get_one(Registration, registration_id, populate_existing=True)


def with_reserve(make: Make, seats_kept: int = 2) -> Any:
    """A member whose tier has so many seats reserved."""
    member = make.member()
    tier = make.tier(perks={Perk.RESERVED_SEATS: seats_kept})
    now = clock.now()
    with transaction():
        spans.give(
            member.id,
            tier.id,
            SpanKind.COMPLIMENTARY,
            starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=400),
        )
    return member


# ------------------------------------------------------------------ order


def test_position_is_told_in_parties_and_people(make: Make) -> None:
    kind = make.ticket_type(capacity=3, most_children=2)
    make.registration(kind, people=2)
    make.waiting_entry(kind, people=2, children=1)
    make.waiting_entry(kind, people=4 - 2)
    me = make.member()
    make.waiting_entry(kind, me, people=1)
    [mine] = in_line(event_of(kind), me.id, clock.now())
    assert (mine.parties, mine.people, mine.free, mine.next_party) == (2, 5, 1, 2)
    assert mine.kept and not mine.is_next


def test_seats_are_kept_for_the_first_party_until_48_hours_before(make: Make) -> None:
    kind = make.ticket_type(capacity=3)
    first, second = make.registration(kind, people=1), make.registration(kind, people=2)
    party, single = make.waiting_entry(kind, people=3), make.waiting_entry(kind)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, first.id), seen=0)
    assert states(party, single) == ["waiting", "waiting"]
    with pytest.raises(SoldOut):
        make.registration(kind)
    with clock.travel(event_of(kind).starts_at - timedelta(hours=47)):
        look_after_lines()
        assert states(party, single) == ["waiting", "offered"]
        left = give(single).hold_until
        assert left is not None and left - clock.now() == timedelta(hours=47) / 4
        with transaction():
            leaving.cancel(db.session.get_one(Registration, second.id), seen=0)
        assert states(party) == ["waiting"]
        assert make.registration(kind, people=2).state is RegistrationState.CONFIRMED, "who fits may sign up"


def test_offers_are_shorter_near_the_start_and_never_longer_than_the_event(make: Make) -> None:
    kind = make.ticket_type(capacity=1)
    event, ticket = event_of(kind), make.registration(kind)
    entry = make.waiting_entry(kind)
    with clock.travel(event.starts_at - timedelta(minutes=40)):
        with transaction():
            leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
        assert give(entry).hold_until == clock.now() + timedelta(minutes=30)


def test_who_waits_for_a_full_ticket_type_stands_in_nobodys_way(make: Make) -> None:
    event = make.event(capacity=10)
    pool = make.ticket_pool(event, 10)
    small = make.ticket_type(event, pool, capacity=1)
    large = make.ticket_type(event, pool, capacity=10)
    make.registration(small)
    waits = make.waiting_entry(small)
    assert state(waits) is WaitingState.WAITING
    assert make.registration(large).state is RegistrationState.CONFIRMED


def test_who_waits_for_the_pool_stands_before_the_other_ticket_types(make: Make) -> None:
    event = make.event(capacity=10)
    pool = make.ticket_pool(event, 3)
    one, other = (make.ticket_type(event, pool) for _number in range(2))
    make.registration(one, people=2)
    make.waiting_entry(one, people=2)
    with pytest.raises(SoldOut):
        make.registration(other)


def test_a_full_event_keeps_its_line_across_pools(make: Make) -> None:
    """The seat that one pool frees goes to who waited longest, in whichever pool, when the event itself was full."""
    event = make.event(capacity=2)
    kinds = [make.ticket_type(event, make.ticket_pool(event, 2)) for _number in range(2)]
    ticket = make.registration(kinds[0], people=2)
    party, single = make.waiting_entry(kinds[1], people=2), make.waiting_entry(kinds[0])
    with transaction():
        changing.come_with_fewer(
            db.session.get_one(Registration, ticket.id), [1], version=ticket.version, seen=0
        )
    assert states(party, single) == ["waiting", "waiting"]
    with transaction():
        leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
    assert states(party, single) == ["offered", "waiting"]


def test_however_many_wait_asking_them_costs_the_same(make: Make, queries: Queries) -> None:
    kind = make.ticket_type(capacity=2)
    make.registration(kind)
    make.registration(make.ticket_type(event_of(kind)))
    make.waiting_entry(kind, people=2)
    costs = []
    for number in (0, 200):
        with transaction():
            members = [make.member() for _number in range(number)]
            for member in members:
                waiting.stand_in_line(kind, 2, 0, member_id=member.id)
        with transaction(), queries() as log:
            waiting.refill(event_of(kind))
            assert waiting.stands_before(kind)
        costs.append(len(log))
    assert costs[0] == costs[1] <= 14, costs


# ------------------------------------------------------------------ what is kept back


def test_the_reserve_goes_to_who_has_the_perk_and_is_free_for_all_when_its_time_is_over(make: Make) -> None:
    event = make.event(capacity=10)
    until = clock.now() + timedelta(days=5)
    pool = make.ticket_pool(event, 4, reserved=2, reserved_until=until)
    kind = make.ticket_type(event, pool, capacity=4)
    make.registration(kind, people=2)
    waits, perk = make.waiting_entry(kind, people=2), with_reserve(make)
    assert state(waits) is WaitingState.WAITING
    held = make.registration(kind, perk)
    assert held.reserved == 1, "they sit on the reserve, and nobody is passed by who could have had it"
    with clock.travel(until + timedelta(minutes=1)):
        look_after_lines()
        row = db.session.get_one(Seats, pool.id, populate_existing=True)
        assert (row.reserved, row.reserved_used) == (1, 1)
        assert state(waits) is WaitingState.WAITING, "one seat is too few for two"
        with transaction():
            leaving.cancel(db.session.get_one(Registration, held.id), seen=0)
        assert state(waits) is WaitingState.OFFERED


def test_in_line_the_reserve_is_offered_past_those_without_the_perk(make: Make) -> None:
    event = make.event(capacity=10)
    pool = make.ticket_pool(event, 3, reserved=2)
    kind = make.ticket_type(event, pool, capacity=3)
    make.registration(kind)
    first = make.registration(kind, with_reserve(make), people=2)
    without, has = make.waiting_entry(kind), make.waiting_entry(kind, with_reserve(make), people=2)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, first.id), seen=0)
    assert states(without, has) == ["waiting", "offered"]
    assert give(has).reserved == 2


# ------------------------------------------------------------------ every path that frees a seat


def _cancel(ticket: Registration, kind: TicketType) -> None:
    leaving.cancel(ticket, seen=0)


def _release(ticket: Registration, kind: TicketType) -> None:
    leaving.cancel(ticket, seen=0, kindly=True)


def _refund(ticket: Registration, kind: TicketType) -> None:
    ticket.payment_id = "x" * 26
    db.session.flush()
    leaving.refunded("x" * 26, ticket.id, whole=True)


def _shrink(ticket: Registration, kind: TicketType) -> None:
    changing.come_with_fewer(ticket, [1], version=ticket.version, seen=0)


def _by_staff(ticket: Registration, kind: TicketType) -> None:
    seats.hold(kind.event_id)
    freeing.free(ticket, state=RegistrationState.CANCELLED, why=Ended.STAFF)


def _leave_house(ticket: Registration, kind: TicketType) -> None:
    leaving.call_off(ticket.member_id)


def _more_room(ticket: Registration, kind: TicketType) -> None:
    for one in (kind.event_id, kind.pool_id, kind.id):
        db.session.get_one(Seats, one).capacity += 1
    db.session.flush()
    lines.ask_line(kind.event_id)


PATHS = [_cancel, _release, _refund, _shrink, _by_staff, _leave_house, _more_room]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__.strip("_"))
def test_every_path_that_frees_a_seat_asks_who_is_next(
    make: Make, path: Callable[[Registration, TicketType], None]
) -> None:
    kind = make.ticket_type(make.event(capacity=2), capacity=2)
    ticket = make.registration(kind, people=2)
    first, second = make.waiting_entry(kind), make.waiting_entry(kind, people=2)
    with transaction():
        path(db.session.get_one(Registration, ticket.id), db.session.get_one(TicketType, kind.id))
    assert states(first, second) == ["offered", "waiting"]
    assert told(first.member_id) == ["events.offered"]


def test_a_hold_that_ends_and_an_offer_that_lapses_go_on(make: Make) -> None:
    kind = make.ticket_type(capacity=1)
    make.registration(kind, held=True)
    first, second = make.waiting_entry(kind), make.waiting_entry(kind)
    for hours, expected in ((1, ["offered", "waiting"]), (26, ["lapsed", "offered"])):
        with clock.travel(clock.now() + timedelta(hours=hours)), transaction():
            seats.hold(kind.event_id)
            freeing.expire_due(kind.event_id, clock.now())
        assert states(first, second) == expected
    assert told(first.member_id) == ["events.offered", "events.offer_lapsed"]


def test_declining_passes_on_and_leaving_unblocks(make: Make) -> None:
    kind = make.ticket_type(capacity=2)
    ticket = make.registration(kind, people=2)
    three = [make.waiting_entry(kind, people=people) for people in (1, 2, 1)]
    with transaction():
        leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
    assert states(*three) == ["offered", "waiting", "waiting"]
    with transaction():
        lines.leave(db.session.get_one(WaitingEntry, three[1].id))
    assert states(*three) == ["offered", "left", "offered"]
    with pytest.raises(Conflict), transaction():
        lines.leave(db.session.get_one(WaitingEntry, three[0].id))
    with transaction():
        leaving.give_up(give(three[0]))
    assert state(three[0]) is WaitingState.DECLINED


def test_a_seat_that_nobody_noticed_is_found_by_the_sweep(make: Make) -> None:
    kind = make.ticket_type(capacity=1)
    make.registration(kind)
    entry = make.waiting_entry(kind)
    with transaction():
        for one in (kind.event_id, kind.pool_id, kind.id):
            db.session.get_one(Seats, one).capacity += 1
    look_after_lines()
    look_after_lines()
    assert state(entry) is WaitingState.OFFERED
    assert told(entry.member_id) == ["events.offered"]


# ------------------------------------------------------------------ the end of a line


def test_a_line_that_leads_nowhere_ends_with_a_word(make: Make) -> None:
    kind = make.ticket_type(make.event(capacity=1), capacity=1)
    make.registration(kind)
    entry = make.waiting_entry(kind)
    with transaction():
        db.session.get_one(TicketType, kind.id).closed_at = clock.now()
    look_after_lines()
    assert state(entry) is WaitingState.WAITING, "staff may put it back on sale"
    with clock.travel(clock.now() + timedelta(hours=25)):
        look_after_lines()
        look_after_lines()
    assert state(entry) is WaitingState.CLOSED
    assert told(entry.member_id) == ["events.line_closed"]


def test_nobody_waits_for_what_is_over_or_will_never_be(make: Make) -> None:
    kind = make.ticket_type(make.event(capacity=3), capacity=3)
    full = make.registration(kind, people=3)
    with pytest.raises(Invalid):
        make.waiting_entry(kind, people=4)
    with pytest.raises(Invalid):
        make.waiting_entry(kind, people=9)
    with pytest.raises(Conflict):
        make.waiting_entry(kind, db.session.get_one(type(make.member()), full.member_id))
    with transaction():
        db.session.get_one(TicketType, kind.id).sale_ends_at = clock.now()
    with pytest.raises(NotAllowed):
        make.waiting_entry(kind)


def test_joining_twice_is_one_place_and_an_event_called_off_offers_nothing(make: Make) -> None:
    kind = make.ticket_type(capacity=1)
    ticket, me = make.registration(kind), make.member()
    first, again = make.waiting_entry(kind, me), make.waiting_entry(kind, me, people=2)
    assert (again.id, again.people) == (first.id, 1)
    with transaction():
        event_of(kind).cancelled_at = clock.now()
        seats.hold(kind.event_id)
        freeing.free(
            db.session.get_one(Registration, ticket.id),
            state=RegistrationState.CANCELLED,
            why=Ended.EVENT,
        )
    assert state(first) is WaitingState.WAITING


def test_who_is_suspended_keeps_their_place_and_is_passed_by(make: Make) -> None:
    kind = make.ticket_type(capacity=2)
    tickets = [make.registration(kind) for _one in range(2)]
    away = make.member()
    first, second = make.waiting_entry(kind, away), make.waiting_entry(kind)
    with transaction():
        db.session.get_one(Member, away.id).state = MemberState.SUSPENDED
    _cancel(tickets[0], kind)
    assert states(first, second) == ["waiting", "offered"]
    _cancel(tickets[1], kind)
    assert states(first) == ["waiting"]
    [offer] = offers_of(event_of(kind), None, Standing())
    assert not offer.sold_out, "the seat is kept for nobody"
    make.registration(kind)
    with transaction():
        db.session.get_one(Member, away.id).state = MemberState.ACTIVE
        leaving.give_up(give(second))
    assert states(first, second) == ["offered", "declined"]


def test_nobody_stands_behind_who_is_passed_by(make: Make) -> None:
    """Place, people and the party that seats are kept for are those of who can be asked."""
    kind, away, me = make.ticket_type(capacity=3), make.member(), make.member()
    make.registration(kind, people=2)
    make.waiting_entry(kind, away, people=3)
    make.waiting_entry(kind, people=2)
    make.waiting_entry(kind, me)
    with transaction():
        db.session.get_one(Member, away.id).state = MemberState.SUSPENDED
    [mine] = in_line(event_of(kind), me.id, clock.now())
    assert (mine.parties, mine.people, mine.next_party) == (1, 2, 2)
    with transaction():
        db.session.get_one(Member, away.id).state = MemberState.ACTIVE
    [mine] = in_line(event_of(kind), me.id, clock.now())
    assert (mine.parties, mine.people, mine.next_party) == (2, 5, 3)


def test_behind_somebody_suspended_seats_are_kept_for_the_next(make: Make) -> None:
    kind, away = make.ticket_type(capacity=2), make.member()
    ticket = make.registration(kind)
    make.registration(kind)
    make.waiting_entry(kind, away)
    pair = make.waiting_entry(kind, people=2)
    with transaction():
        db.session.get_one(Member, away.id).state = MemberState.SUSPENDED
    _cancel(ticket, kind)
    assert states(pair) == ["waiting"]
    with pytest.raises(SoldOut):
        make.registration(kind)


def test_who_has_a_ticket_by_now_does_not_wait_any_more(make: Make) -> None:
    kind = make.ticket_type(capacity=2)
    one, other = make.registration(kind), make.registration(kind)
    entry, next_one = make.waiting_entry(kind), make.waiting_entry(kind)
    with transaction():
        taken = db.session.get_one(Registration, one.id)
        taken.member_id = entry.member_id
    with transaction():
        leaving.cancel(db.session.get_one(Registration, other.id), seen=0)
    assert states(entry, next_one) == ["closed", "offered"]


def test_a_smaller_party_keeps_its_own_seats(make: Make) -> None:
    """Who changes their hold from three to one has it, though others wait; those get the rest."""
    kind = make.ticket_type(capacity=3)
    me = make.member()
    make.registration(kind, me, people=3, held=True)
    entry = make.waiting_entry(kind, people=2)
    held = make.registration(kind, me, people=1, held=True)
    assert (held.people, held.state) == (1, RegistrationState.HELD)
    assert state(entry) is WaitingState.OFFERED
    assert waiting.find_entry(kind.pool_id, entry.member_id) is not None
