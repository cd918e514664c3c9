"""Nobody is forgotten: who leaves, who gathers for what does not happen, and every state ends by time alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import changed_rows, db, new_id, transaction
from portal.core.draw.models import DrawEntry, DrawMethod
from portal.core.errors import Invalid, NotAllowed
from portal.events import personal
from portal.events.models import (
    LIVE,
    STILL_IN,
    BellEntry,
    Ended,
    Event,
    Registration,
    RegistrationState,
    Seats,
    SessionPlace,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.standing import standing_of
from portal.events.rules.words import DayWords
from portal.events.services import (
    calling_off,
    changing,
    days,
    desk,
    holding,
    leaving,
    lines,
    seats,
    session_draw,
    tickets,
    wishes,
)
from portal.events.services.placing import Party
from portal.notifications.models import Notification
from tests.events.test_money import proven
from tests.make import Make


def told(kind: str) -> set[str]:
    return set(db.session.scalars(sa.select(Notification.member_id).where(Notification.kind == kind)))


def again(row: Any) -> Any:
    return db.session.get_one(type(row), row.id, populate_existing=True)


def call_off(make: Make, event_id: str, run_jobs: Any) -> None:
    with transaction():
        staff = viewer_of(make.staff("owner").id)
        calling_off.call_off(db.session.get_one(Event, event_id), words="Storm", by=staff)
    run_jobs()


# ------------------------------------------------------------------ who leaves


def test_who_leaves_the_house_stands_in_nobodys_way(make: Make) -> None:
    """A party of two waits first, one seat is free: behind them somebody fits as soon as they are gone."""
    kind = make.ticket_type(capacity=2)
    first, _other = make.registration(kind), make.registration(kind)
    pair, member = make.waiting_entry(kind, people=2), make.member()
    single = make.waiting_entry(kind, member)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, first.id), seen=0)
    assert again(single).state is WaitingState.WAITING
    with transaction():
        personal.erase(pair.member_id)
    assert again(pair).state is WaitingState.LEFT and again(single).state is WaitingState.OFFERED
    proven()


def test_who_leaves_the_house_is_not_drawn(make: Make, run_jobs: Any) -> None:
    kind = make.belled_type(make.event(), capacity=1)
    gone, stays = make.bell_entry(kind), make.bell_entry(kind)
    with transaction():
        personal.erase(gone.member_id)
    assert again(gone).left_at is not None
    assert db.session.scalars(sa.select(DrawEntry.entry_id)).all() == [stays.id]
    with clock.travel(clock.now() + timedelta(days=2)):
        run_jobs()
        assert again(stays).registration_id and again(gone).waiting_id is None


def test_what_happened_stays_when_somebody_leaves_the_house(make: Make) -> None:
    one = make.registration(name="林小满")
    after = db.session.get_one(Event, one.event_id).ends_at + timedelta(hours=1)
    with clock.travel(after), transaction():
        personal.erase(one.member_id)
    left = again(one)
    assert (left.state, left.name) == (RegistrationState.CONFIRMED, "")


# ------------------------------------------------------------------ what does not happen


def test_who_gathers_for_the_bell_of_an_event_that_is_called_off_is_told(make: Make, run_jobs: Any) -> None:
    kind = make.belled_type(make.event())
    entry, left = make.bell_entry(kind), make.bell_entry(kind)
    with transaction():
        changed_rows(sa.update(BellEntry).where(BellEntry.id == left.id).values(left_at=clock.now()))
    call_off(make, kind.event_id, run_jobs)
    assert again(entry).left_at is not None
    assert told("events.called_off") == {entry.member_id}
    assert calling_off.owing() == []


def test_who_gathers_for_a_ticket_that_was_taken_off_sale_is_told_after_a_day(
    make: Make, run_jobs: Any
) -> None:
    kind = make.belled_type(make.event())
    entry, now = make.bell_entry(kind), clock.now()
    with transaction():
        changed_rows(sa.update(TicketType).where(TicketType.id == kind.id).values(closed_at=now))
    with clock.travel(now + timedelta(hours=23)):
        run_jobs()
        assert again(entry).left_at is None, "it may come back"
    with clock.travel(now + timedelta(hours=25)):
        run_jobs()
        assert again(entry).left_at is not None and told("events.line_closed") == {entry.member_id}


def test_every_state_ends_by_time_alone(make: Make, run_jobs: Any) -> None:
    """Holds, offers, places in lines of all kinds, gatherings: once the event is over nothing of them is left open."""
    event = make.event()
    kind, other = make.ticket_type(event, capacity=1), make.ticket_type(event, capacity=1)
    held = make.registration(kind, held=True)
    make.waiting_entry(kind), make.waiting_entry(kind)
    make.registration(other, held=True)
    waits = make.waiting_entry(other)
    bell, shut = make.belled_type(event), make.belled_type(event)
    make.bell_entry(bell), make.bell_entry(shut)
    with transaction():
        closed = sa.update(TicketType).where(TicketType.id.in_((other.id, shut.id)))
        changed_rows(closed.values(closed_at=clock.now()))
    for hours in (1, 26, 52, 80, 24 * 31):
        with clock.travel(clock.now() + timedelta(hours=hours)):
            run_jobs()
            run_jobs()
            proven()
    assert again(held).state is RegistrationState.EXPIRED and again(waits).state is WaitingState.CLOSED
    open_ones = sa.select(Registration.state).where(Registration.state.in_(LIVE))
    assert db.session.scalars(open_ones).all() == []
    assert db.session.scalars(sa.select(WaitingEntry.id).where(WaitingEntry.state.in_(STILL_IN))).all() == []
    gathers = sa.select(BellEntry.id).where(BellEntry.left_at.is_(None), BellEntry.waiting_id.is_(None))
    assert db.session.scalars(gathers).all() == []


@pytest.mark.parametrize("end", ["expires", "called off", "gone"])
def test_an_offer_always_has_a_way_out(make: Make, run_jobs: Any, end: str) -> None:
    kind = make.ticket_type(capacity=1)
    ticket = make.registration(kind)
    entry = make.waiting_entry(kind)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
    assert again(entry).state is WaitingState.OFFERED
    if end == "called off":
        call_off(make, kind.event_id, run_jobs)
    elif end == "gone":
        with transaction():
            personal.erase(entry.member_id)
    with clock.travel(clock.now() + timedelta(hours=25)):
        run_jobs()
        states = {
            "expires": WaitingState.LAPSED,
            "called off": WaitingState.CLOSED,
            "gone": WaitingState.DECLINED,
        }
        assert again(entry).state is states[end]
    proven()


# ------------------------------------------------------------------ the same form, and what changed meanwhile


def test_the_same_form_of_staff_for_two_members_is_two_tickets(make: Make) -> None:
    """They went back in the browser and typed another name."""
    kind, by, attempt = make.ticket_type(), viewer_of(make.staff("owner").id), new_id()
    one, other = make.member(), make.member()
    made = []
    for member in (one, one, other):
        with transaction():
            made.append(desk.sign_up(kind, member, Party(1), attempt=attempt, by=by).id)
    assert made[0] == made[1] != made[2]


def test_the_same_form_of_staff_after_the_ticket_went_back_is_a_new_ticket(make: Make) -> None:
    kind, by, attempt, member = make.ticket_type(), viewer_of(make.staff("owner").id), new_id(), make.member()
    with transaction():
        first = desk.sign_up(kind, member, Party(1), attempt=attempt, by=by)
        leaving.cancel(first, seen=0)
    with transaction():
        assert desk.sign_up(kind, member, Party(1), attempt=attempt, by=by).id != first.id


def test_a_form_of_another_event_frees_nothing_there(make: Make) -> None:
    """Its seats are not held here: who sends a form elsewhere begins anew."""
    here, there = make.ticket_type(), make.ticket_type()
    member, attempt = make.member(), new_id()
    by = viewer_of(member.id)
    with transaction():
        first = holding.hold_seats(there, Party(1), attempt=attempt, by=by, standing=standing_of(by))
    with pytest.raises(Invalid), transaction():
        holding.hold_seats(here, Party(1), attempt=attempt, by=by, standing=standing_of(by))
    assert again(first).state is RegistrationState.HELD


@pytest.mark.parametrize("what", ["closed", "called off"])
def test_what_staff_changed_while_somebody_waited_for_the_seats_counts(
    make: Make, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    kind, by, really = make.ticket_type(), viewer_of(make.member().id), seats.hold
    event_id = kind.event_id

    def meanwhile(event: str | TicketType) -> None:
        really(event)
        if what == "closed":
            changed_rows(sa.update(TicketType).where(TicketType.id == kind.id).values(closed_at=clock.now()))
        else:
            changed_rows(sa.update(Event).where(Event.id == event_id).values(cancelled_at=clock.now()))

    monkeypatch.setattr(seats, "hold", meanwhile)
    for deed in (
        lambda one: holding.hold_seats(one, Party(1), attempt=new_id(), by=by, standing=standing_of(by)),
        lambda one: lines.join(one, Party(1), by=by, standing=standing_of(by)),
    ):
        with pytest.raises(NotAllowed), transaction():
            one = db.session.get_one(TicketType, kind.id)
            read_before = db.session.get_one(Event, one.event_id)
            deed(one)
    assert read_before.id == kind.event_id


# ------------------------------------------------------------------ parties


def test_a_child_that_takes_no_seat_needs_none(make: Make) -> None:
    kind = make.ticket_type(capacity=1, most_children=1)
    one = make.registration(kind)
    make.waiting_entry(kind)
    by = viewer_of(one.member_id)
    with transaction():
        mine = db.session.get_one(Registration, one.id)
        changing.come_with_more(mine, people=0, children=1, standing=standing_of(by), version=mine.version)
    assert again(one).children == 1


def test_a_party_that_became_smaller_after_the_list_froze_wins_only_what_it_needs(make: Make) -> None:
    now = clock.now()
    event = make.event(wishes_until=now + timedelta(days=1))
    session = make.event_session(event, capacity=3)
    session.entry = "draw"
    kind = make.ticket_type(event)
    one = make.registration(kind, people=3)
    by, staff = viewer_of(one.member_id), viewer_of(make.staff("owner").id)
    with transaction():
        session_draw.open_draw(
            db.session.get_one(Event, event.id),
            DrawMethod.PUBLIC,
            "彩票",
            "Lottery",
            known_at=now + timedelta(days=3),
            by=staff,
        )
        wishes.wish(again(session), again(one), by=by, salt="a")
    with clock.travel(now + timedelta(days=2)):
        with transaction():
            session_draw.freeze(again(event), by=staff)
        with transaction():
            mine = again(one)
            changing.come_with_fewer(mine, {2}, version=mine.version, seen=0)
    with clock.travel(now + timedelta(days=3)), transaction():
        session_draw.run(again(event), "12345", by=staff)
    place = db.session.scalars(sa.select(SessionPlace)).one()
    assert (place.people, place.seats) == (2, 2)
    proven()


def test_staff_end_a_ticket_and_the_next_is_asked(make: Make) -> None:
    kind = make.ticket_type(capacity=1)
    ticket, entry = make.registration(kind), make.waiting_entry(kind)
    with transaction():
        by = viewer_of(make.staff("owner").id)
        desk.cancel(db.session.get_one(Registration, ticket.id), refund=0, reason="", by=by)
    assert again(ticket).ended is Ended.STAFF and again(entry).state is WaitingState.OFFERED


# ------------------------------------------------------------------ tickets for one day


def test_nobody_buys_a_ticket_for_a_day_that_is_over(make: Make) -> None:
    """Its sale ends with its day at the latest, and moves with it."""
    event = make.event(days=3)
    first, last = make.event_days(event)[0], make.event_days(event)[2]
    kind, by = make.ticket_type(event, sale_ends_at=last.ends_at), viewer_of(make.staff("owner").id)
    row = db.session.get_one(Seats, kind.id)
    words = tickets.type_words(kind, row)
    with pytest.raises(Invalid), transaction():
        tickets.change_type(
            kind, replace(words, day_id=first.id), event=event, seen=words.fingerprint(), by=by
        )
    with transaction():
        theirs = replace(words, day_id=first.id, sale_ends_at=first.ends_at)
        tickets.change_type(again(kind), theirs, event=again(event), seen=words.fingerprint(), by=by)
    before = DayWords.of(again(first))
    longer = replace(before, ends_at=before.ends_at + timedelta(hours=1))
    with transaction():
        days.change_day(again(first), longer, event=again(event), seen=before.fingerprint(), by=by)
    assert again(kind).sale_ends_at == again(first).ends_at == longer.ends_at
