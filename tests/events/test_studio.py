"""What staff may change, what it does to seats and to those who come, and an event once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from portal.events.jobs.changes import tell_changes
from portal.events.models import (
    Entry,
    Event,
    EventChange,
    EventDay,
    Pool,
    Registration,
    Seats,
    SessionPlace,
    TicketType,
    WaitingState,
)
from portal.events.queries.refunds import comes_back
from portal.events.rules import making as rules
from portal.events.rules.words import DayWords, VenueWords
from portal.events.services import days, leaving, making, programme, seats, tickets, venues
from portal.notifications.models import Notification
from tests.events.studio import act, fresh, seats_of, the
from tests.make import Make


@pytest.fixture
def me(make: Make) -> Viewer:
    return viewer_of(make.staff("manager").id)


def resize(ticket: TicketType, me: Viewer, **facts: Any) -> None:
    words = tickets.type_words(ticket, seats_of(ticket.id))
    event = db.session.get_one(Event, ticket.event_id)
    act(tickets.change_type, ticket, replace(words, **facts), event=event, seen=words.fingerprint(), by=me)


def told(member_id: str) -> list[str]:
    mine = sa.select(Notification.kind).where(Notification.member_id == member_id).order_by(Notification.id)
    return list(db.session.scalars(mine))


# ------------------------------------------------------------------ the tree of seats


def test_a_tree_never_shrinks_below_what_is_taken_or_stands_in_it(make: Make, me: Viewer) -> None:
    event = make.event(capacity=10)
    pool = make.ticket_pool(event, 10)
    ticket = make.ticket_type(event, pool, 10)
    make.registration(ticket, people=4)
    with pytest.raises(Invalid, match="4 seats are taken"):
        resize(ticket, me, capacity=3)
    with pytest.raises(Invalid, match="only 10 seats"):
        resize(ticket, me, capacity=11)
    resize(ticket, me, capacity=4)
    words = tickets.pool_words(pool, seats_of(pool.id))
    for wrong, sentence in (
        ({"capacity": 3}, "4 seats"),
        ({"capacity": 11}, "10 people"),
        ({"reserved": 7}, "6"),
    ):
        with pytest.raises(Invalid, match=sentence):
            act(
                tickets.change_pool,
                pool,
                replace(words, **wrong),
                event=event,
                seen=words.fingerprint(),
                by=me,
            )
    with pytest.raises(Invalid, match="10 seats"):
        act(tickets.set_capacity, event, 9, seen=10, by=me)
    with pytest.raises(Conflict):
        act(tickets.set_capacity, event, 12, seen=11, by=me)
    assert [seats_of(one).capacity for one in (event.id, pool.id, ticket.id)] == [10, 10, 4]


@pytest.mark.parametrize(
    "values", [{"capacity": 3}, {"reserved": 8}, {"used": 11}], ids=["below", "reserve", "oversold"]
)
def test_the_database_itself_refuses_it(make: Make, values: dict[str, int]) -> None:
    ticket = make.ticket_type(capacity=10)
    make.registration(ticket, people=4)
    for row_id in (ticket.pool_id, ticket.id):
        with pytest.raises(sa.exc.IntegrityError), transaction():
            db.session.execute(sa.update(Seats).where(Seats.id == row_id).values(**values))


def test_more_seats_go_to_who_waits_first(make: Make, me: Viewer) -> None:
    event = make.event(capacity=4)
    pool = make.ticket_pool(event, 4)
    ticket = make.ticket_type(event, pool, 2)
    make.registration(ticket, people=2)
    waiting = make.waiting_entry(ticket, people=2)
    resize(ticket, me, capacity=4)
    assert fresh(waiting).state is WaitingState.OFFERED
    assert seats_of(event.id).used == 4


def test_what_those_who_signed_up_were_told_holds(make: Make, me: Viewer) -> None:
    ticket = make.ticket_type()
    event = db.session.get_one(Event, ticket.event_id)
    other = make.ticket_pool(event, 100)
    make.registration(ticket)
    for wrong in ({"pool_id": other.id}, {"admits": 2}, {"children_count": True}):
        with pytest.raises(Invalid) as refusal:
            resize(ticket, me, **wrong)
        assert refusal.value.field == next(iter(wrong))
    resize(ticket, me, price=9900)
    assert (fresh(ticket).price, the(Registration).amount) == (9900, 0)
    with pytest.raises(Conflict, match="close it instead"):
        act(tickets.remove_type, ticket, event=event, by=me)
    with pytest.raises(Conflict, match="Tickets stand in this pool"):
        act(tickets.remove_pool, db.session.get_one(Pool, ticket.pool_id), event=event, by=me)


def test_sales_and_bells_fit_into_each_other(make: Make, me: Viewer) -> None:
    ticket = make.ticket_type()
    end, soon = fresh(ticket).sale_ends_at, clock.now() + timedelta(days=2)
    wrong = [
        ({"sale_starts_at": end}, "sale_ends_at"),
        ({"sale_ends_at": end + timedelta(hours=1)}, "sale_ends_at"),
        ({"bell_opens_at": soon}, "bell_closes_at"),
        ({"bell_opens_at": soon, "bell_closes_at": soon}, "bell_closes_at"),
        ({"bell_opens_at": soon, "bell_closes_at": end}, "bell_closes_at"),
        ({"admits": 4, "most_people": 3}, "most_people"),
    ]
    for facts, field in wrong:
        with pytest.raises(Invalid) as refusal:
            resize(ticket, me, **facts)
        assert refusal.value.field == field
    resize(ticket, me, bell_opens_at=soon, bell_closes_at=soon + timedelta(hours=1))


# ------------------------------------------------------------------ days and sessions


def test_a_day_moves_with_its_sessions_and_who_comes_is_told_once(make: Make, me: Viewer) -> None:
    event = make.event()
    ticket, session = make.ticket_type(event), make.event_session(event)
    coming = make.registration(ticket)
    make.session_place(coming, session)
    [day] = make.event_days(event)
    starts, begins = day.starts_at, session.starts_at
    for _step in range(2):
        day = fresh(day)
        words = DayWords.of(day)
        week = timedelta(days=7)
        moved = replace(
            words, day=words.day + week, starts_at=words.starts_at + week, ends_at=words.ends_at + week
        )
        act(days.change_day, day, moved, event=event, seen=words.fingerprint(), by=me)
    event = fresh(event)
    assert event.starts_at == starts + timedelta(days=14) == the(EventDay).starts_at
    assert fresh(session).starts_at == begins + timedelta(days=14)
    assert (event.sequence, fresh(session).sequence) == (2, 2)
    assert fresh(ticket).sale_ends_at == event.ends_at
    tell_changes()
    tell_changes()
    assert sorted(told(coming.member_id)) == ["events.changed", "events.session_changed"]


TERMS = {"refund_hours": 48, "refund_percent": 50, "pass_on_hours": 12, "release_hours": 6}


@pytest.mark.parametrize("field", TERMS)
def test_what_was_promised_with_a_ticket_only_becomes_kinder(make: Make, me: Viewer, field: str) -> None:
    event = make.event(**TERMS)
    ticket = make.ticket_type(event)

    def change(by: int) -> None:
        words = making.words_of(fresh(event))
        value = getattr(words, field) + by
        act(
            making.change_texts,
            fresh(event),
            replace(words, **{field: value}),
            seen=words.fingerprint(),
            by=me,
        )

    worse = -1 if field == "refund_percent" else 1
    change(worse)
    one = make.registration(ticket, held=True)
    with pytest.raises(Invalid, match=f"with {TERMS[field] + worse} here") as refused:
        change(worse)
    assert refused.value.field == field
    change(-worse)
    assert getattr(fresh(event), field) == TERMS[field]
    act(leaving.give_up, fresh(one))
    change(worse)
    assert getattr(fresh(event), field) == TERMS[field] + worse, "nobody was promised anything any more"


def earlier(event: Event, me: Viewer, by: timedelta) -> None:
    """The first day moves towards today."""
    day = make_days(event)[0]
    words = DayWords.of(day)
    starts_at = words.starts_at - by
    moved = replace(words, day=starts_at.date(), starts_at=starts_at, ends_at=words.ends_at - by)
    act(days.change_day, day, moved, event=event, seen=words.fingerprint(), by=me)


def make_days(event: Event) -> list[EventDay]:
    theirs = sa.select(EventDay).where(EventDay.event_id == event.id).order_by(EventDay.starts_at)
    return list(db.session.scalars(theirs.execution_options(populate_existing=True)))


@pytest.mark.parametrize("of_day", [False, True])
def test_a_day_that_comes_earlier_takes_nobody_time_to_get_their_money_back(
    make: Make, me: Viewer, of_day: bool
) -> None:
    event = make.event(refund_hours=48, refund_percent=0)
    [day] = make.event_days(event)
    kind = make.ticket_type(event, price=5000, day_id=day.id if of_day else None)
    one, promised = make.paid_registration(kind), fresh(event).starts_at - timedelta(hours=48)
    earlier(fresh(event), me, timedelta(hours=23, minutes=30))
    assert fresh(event).refund_hours == 24, "full hours, rounded for them"
    assert comes_back(fresh(event), fresh(one), promised) == 5000
    after = promised + timedelta(hours=1)
    assert comes_back(fresh(event), fresh(one), after) == 0
    earlier(fresh(event), me, timedelta(days=3))
    assert fresh(event).refund_hours == 0
    doors = fresh(event).starts_at
    assert comes_back(fresh(event), fresh(one), doors - timedelta(seconds=1)) == 5000
    earlier(fresh(event), me, -timedelta(days=7))
    assert fresh(event).refund_hours == 0, "a later day takes nothing back"


def test_one_more_day_before_the_others_takes_nobody_time_either(make: Make, me: Viewer) -> None:
    event = make.event(refund_hours=48, refund_percent=50)
    [day] = make.event_days(event)
    make.paid_registration(make.ticket_type(event, price=5000))
    words = DayWords.of(day)
    one_day = timedelta(days=1)
    before = replace(
        words,
        day=words.day - one_day,
        starts_at=words.starts_at - one_day,
        ends_at=words.ends_at - one_day,
    )
    act(days.add_day, fresh(event), before, by=me)
    assert fresh(event).refund_hours == 24


@pytest.mark.parametrize("price", [None, 0, 5000])
def test_where_nobody_paid_a_day_that_comes_earlier_changes_no_terms(
    make: Make, me: Viewer, price: int | None
) -> None:
    event = make.event(refund_hours=48)
    make.event_days(event)
    kind = make.ticket_type(event, price=price or 0)
    if price is not None:
        one = make.registration(kind, held=True)
        if price:
            act(leaving.give_up, fresh(one))
    earlier(fresh(event), me, timedelta(days=1))
    assert fresh(event).refund_hours == 48


def test_what_a_colleague_made_kinder_is_not_taken_for_a_broken_promise(make: Make, me: Viewer) -> None:
    """Who has the page of before hears that it changed, not that their field is wrong."""
    event = make.event(**TERMS)
    make.registration(make.ticket_type(event))
    before = making.words_of(fresh(event))
    kinder = replace(before, refund_hours=24)
    act(making.change_texts, fresh(event), kinder, seen=before.fingerprint(), by=me)
    with pytest.raises(Conflict):
        act(
            making.change_texts,
            fresh(event),
            replace(before, name_en="New"),
            seen=before.fingerprint(),
            by=me,
        )


def test_what_is_only_a_draft_tells_nobody(make: Make, me: Viewer) -> None:
    event = make.event(published=False)
    words = making.words_of(event)
    act(making.change_texts, event, replace(words, place_en="Elsewhere"), seen=words.fingerprint(), by=me)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EventChange)) == 0


def test_who_signs_up_after_a_change_is_not_told_of_it(make: Make, me: Viewer) -> None:
    ticket = make.ticket_type()
    event = db.session.get_one(Event, ticket.event_id)
    before = make.registration(ticket)
    words = making.words_of(event)
    act(making.change_texts, event, replace(words, place_en="Elsewhere"), seen=words.fingerprint(), by=me)
    after = make.registration(ticket)
    tell_changes()
    assert (told(before.member_id), told(after.member_id)) == (["events.changed"], [])


def test_days_that_something_hangs_on_stay(make: Make, me: Viewer) -> None:
    event = make.event(days=2)
    first, second = make.event_days(event)
    make.event_session(event)
    make.ticket_type(event, day_id=second.id)
    for day, sentence in ((first, "sessions on this day"), (second, "Tickets are for this day")):
        with pytest.raises(Conflict, match=sentence):
            act(days.remove_day, day, event=event, by=me)
    words = DayWords.of(first)
    shorter = replace(words, ends_at=words.starts_at + timedelta(minutes=90))
    with pytest.raises(Invalid, match="outside its hours"):
        act(days.change_day, first, shorter, event=event, seen=words.fingerprint(), by=me)
    same = replace(words, day=fresh(second).day)
    with pytest.raises(Invalid, match="there already"):
        act(days.change_day, first, same, event=event, seen=words.fingerprint(), by=me)


def test_a_session_keeps_its_places_and_frees_them_when_it_is_called_off(make: Make, me: Viewer) -> None:
    event = make.event()
    session = make.event_session(event, capacity=5)
    coming = [make.registration(make.ticket_type(event), people=2) for _one in range(2)]
    for one in coming:
        make.session_place(one, session, people=2, seats=2)
        act(seats.take_in_session, session.id, 2)
    words = programme.words_of(session, seats_of(session.id))
    for wrong, sentence in (
        ({"capacity": 3}, "4 places are taken"),
        ({"entry": Entry.OPEN, "capacity": 0}, "the way in stays"),
        ({"ends_at": event.ends_at + timedelta(hours=1)}, "doors are closed"),
        ({"starts_at": event.starts_at - timedelta(hours=1)}, "doors are not open"),
    ):
        with pytest.raises(Invalid, match=sentence):
            act(
                programme.change_session,
                session,
                replace(words, **wrong),
                event=event,
                seen=words.fingerprint(),
                by=me,
            )
    with pytest.raises(Conflict, match="call it off"):
        act(programme.remove_session, session, event=event, by=me)
    for _twice in range(2):
        act(programme.cancel_session, session, event=event, by=me)
    assert seats_of(session.id).used == 0
    assert {one.seats for one in db.session.scalars(sa.select(SessionPlace))} == {0}
    tell_changes()
    assert [told(one.member_id)[-1] for one in coming] == ["events.session_cancelled"] * 2
    with pytest.raises(Conflict, match="called off"):
        act(programme.change_session, session, words, event=event, seen="", by=me)


def test_two_sessions_in_one_place_are_seen(make: Make) -> None:
    event = make.event()
    venue, other = make.venue(event), make.venue(event)
    at = event.starts_at
    long = make.event_session(event, at, minutes=120, venue_id=venue.id)
    inside = make.event_session(event, at + timedelta(minutes=30), minutes=15, venue_id=venue.id)
    after = make.event_session(event, at + timedelta(minutes=60), minutes=30, venue_id=venue.id)
    elsewhere = make.event_session(event, at, venue_id=other.id)
    behind = make.event_session(event, at + timedelta(minutes=120), venue_id=venue.id)
    found = rules.overlaps([behind, elsewhere, after, inside, long])
    assert set(found) == {long.id, inside.id, after.id}
    assert found[after.id].id == long.id


def test_ways_between_places_are_kept_once(make: Make, me: Viewer) -> None:
    event = make.event()
    one, two = make.venue(event), make.venue(event)
    words = VenueWords.of(one)
    ways = {two.id: 9, "nowhere": 3}
    act(venues.change_venue, one, words, ways, event=event, seen=words.fingerprint(), by=me)
    assert (venues.walks_from(one.id), venues.walks_from(two.id)) == ({two.id: 9}, {one.id: 9})
    make.event_session(event, venue_id=two.id)
    with pytest.raises(Conflict, match="Sessions are at this place"):
        act(venues.remove_venue, two, event=event, by=me)
    act(venues.remove_venue, one, event=event, by=me)
    assert venues.walks_from(two.id) == {}


def test_a_place_with_another_name_reaches_calendars_and_who_goes_there(make: Make, me: Viewer) -> None:
    event = make.event()
    hall, garden = make.venue(event), make.venue(event)
    talk, walk = make.event_session(event, venue_id=hall.id), make.event_session(event, venue_id=garden.id)
    off = make.event_session(event, venue_id=hall.id, cancelled_at=clock.now())
    early = make.event_session(event, event.starts_at, minutes=30, venue_id=hall.id)
    goes, stays = make.registration(make.ticket_type(event)), make.registration(make.ticket_type(event))
    for session in (talk, early):
        make.session_place(goes, session)
    make.session_place(stays, walk)

    def rename(**facts: str) -> None:
        words = VenueWords.of(fresh(hall))
        new = replace(words, **facts)
        act(venues.change_venue, hall, new, {garden.id: 4}, event=event, seen=words.fingerprint(), by=me)

    with clock.travel(early.ends_at + timedelta(minutes=5)):
        rename()
        assert fresh(talk).sequence == 0, "other minutes between places move nothing"
        rename(name_en="Great hall")
        rename(note_en="Second door on the left")
        tell_changes()
    assert [fresh(one).sequence for one in (talk, walk, off, early)] == [2, 0, 0, 0]
    assert (told(goes.member_id), told(stays.member_id)) == (["events.session_changed"], [])
