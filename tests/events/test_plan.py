"""A member's plan: what goes together, what is left, and what happens to a place that nobody wants any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.events.models import (
    Event,
    EventSession,
    Registration,
    RegistrationState,
    Seats,
    SessionPlace,
    TicketType,
    Venue,
    Walk,
)
from portal.events.services import leaving
from portal.events.services import plan as services
from portal.events.services.plan import PlanClash
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.make import Make


def event_of(registration: Registration) -> Event:
    return db.session.get_one(Event, registration.event_id)


def type_of(registration: Registration) -> TicketType:
    return db.session.get_one(TicketType, registration.ticket_type_id)


def holder_of(registration: Registration) -> Member:
    return db.session.get_one(Member, registration.member_id)


def take(session: EventSession, registration: Registration, people: int = 1, **more: Any) -> SessionPlace:
    by = viewer_of(registration.member_id)
    with transaction():
        session = db.session.get_one(EventSession, session.id)
        registration = db.session.get_one(Registration, registration.id)
        return services.take_place(session, registration, people, by=by, **more)


def leave(session: EventSession, registration: Registration) -> bool:
    by = viewer_of(registration.member_id)
    with transaction():
        return services.leave_place(session, registration, by=by)


def used(session: EventSession) -> int:
    return db.session.get_one(Seats, session.id, populate_existing=True).used


def in_plan(registration: Registration) -> set[str]:
    mine = sa.select(SessionPlace.session_id).where(
        SessionPlace.registration_id == registration.id, SessionPlace.left_at.is_(None)
    )
    return set(db.session.scalars(mine))


def test_part_of_a_party_takes_places_and_gives_them_back(make: Make) -> None:
    kind = make.ticket_type(most_children=1)
    mine = make.registration(kind, people=3, children=1)
    session = make.event_session(event_of(mine), capacity=4)
    take(session, mine, 3)
    assert used(session) == 3
    take(session, mine, 2)
    assert used(session) == 2, "the same session again says how many come"
    other = make.registration(kind, people=2)
    take(session, other, 2)
    with pytest.raises(Conflict):
        take(session, mine, 3)
    assert used(session) == 4
    assert leave(session, other)
    assert not leave(session, other)
    take(session, mine, 4)
    assert used(session) == 4
    with pytest.raises(Invalid):
        take(session, mine, 5)
    with pytest.raises(Invalid):
        take(session, mine, 0)


def test_two_things_at_once_are_refused_and_swapped_in_one_go(make: Make) -> None:
    mine = make.registration()
    event = event_of(mine)
    first = make.event_session(event, capacity=1, name_en="Bracelets")
    second = make.event_session(event, first.starts_at + timedelta(minutes=30), capacity=1)
    take(first, mine)
    with pytest.raises(PlanClash) as refusal:
        take(second, mine)
    assert refusal.value.others == [first.id]
    assert "Bracelets" in refusal.value.message or "换线摊" in refusal.value.message
    take(second, mine, instead=[first.id])
    assert in_plan(mine) == {second.id}
    assert (used(first), used(second)) == (0, 1)
    other = make.registration(type_of(mine))
    take(first, other)
    with pytest.raises(Conflict):
        take(first, mine, instead=[second.id])
    assert in_plan(mine) == {second.id}, "a swap that fails changes nothing"
    assert used(second) == 1


@pytest.mark.parametrize(
    ("gap", "walk", "goes"),
    [(5, None, True), (4, None, False), (10, 12, False), (12, 12, True), (0, 0, True), (-1, 0, False)],
)
def test_the_way_between_two_places_counts(make: Make, gap: int, walk: int | None, goes: bool) -> None:
    mine = make.registration()
    event = event_of(mine)
    here, there = make.venue(event), make.venue(event)
    if walk is not None:
        one, other = sorted((here.id, there.id))
        with transaction():
            db.session.add(Walk(one_id=one, other_id=other, minutes=walk))
    first = make.event_session(event, venue_id=here.id)
    second = make.event_session(event, first.ends_at + timedelta(minutes=gap), venue_id=there.id)
    take(second, mine)
    if goes:
        take(first, mine)
        assert in_plan(mine) == {first.id, second.id}
    else:
        with pytest.raises(PlanClash):
            take(first, mine)


def test_within_one_place_no_way_is_needed(make: Make) -> None:
    mine = make.registration()
    event = event_of(mine)
    here: Venue = make.venue(event)
    first = make.event_session(event, venue_id=here.id)
    second = make.event_session(event, first.ends_at, venue_id=here.id)
    take(first, mine)
    take(second, mine)
    assert in_plan(mine) == {first.id, second.id}


def test_a_ticket_is_good_on_its_day(make: Make) -> None:
    event = make.event(days=2)
    first, second = make.event_days(event)
    mine = make.registration(make.ticket_type(event, day_id=second.id))
    saturday, sunday = make.event_session(event), make.event_session(event, second.starts_at)
    with pytest.raises(NotAllowed):
        take(saturday, mine)
    take(sunday, mine)
    late = make.event_session(event, first.starts_at + timedelta(hours=14))
    with pytest.raises(NotAllowed):
        take(late, mine)  # after midnight it is still the first evening


def test_what_is_over_cancelled_elsewhere_or_drawn_is_refused(make: Make) -> None:
    mine = make.registration()
    event = event_of(mine)
    session = make.event_session(event)
    cases = (
        (make.event_session(event, cancelled_at=clock.now()), Conflict),
        (make.event_session(event, clock.now() - timedelta(hours=2)), Conflict),
        (make.event_session(make.event()), NotFound),
        (make.event_session(event, capacity=3, entry="draw"), Conflict),
    )
    for one, refusal in cases:
        with pytest.raises(refusal):
            take(one, mine)
    with pytest.raises(NotFound), transaction():
        stranger = viewer_of(make.member().id)
        services.take_place(session, db.session.get_one(Registration, mine.id), 1, by=stranger)
    take(session, mine)
    assert in_plan(mine) == {session.id}


def test_a_ticket_that_is_given_back_frees_its_places(make: Make) -> None:
    mine = make.registration(people=2)
    session = make.event_session(event_of(mine), capacity=2)
    take(session, mine, 2)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, mine.id), seen=0)
    assert used(session) == 0
    assert in_plan(mine) == set()
    with pytest.raises(NotFound):
        take(session, mine)
    assert db.session.get_one(Registration, mine.id).state is RegistrationState.CANCELLED


@BOTH
def test_the_page_puts_in_swaps_and_takes_out(make: Make, client: PortalClient, htmx: bool) -> None:
    mine = make.registration(people=2)
    event = event_of(mine)
    first = make.event_session(event, capacity=3, name_en="Bracelets", name_zh="手绳")
    second = make.event_session(event, capacity=9, name_en="Seams", name_zh="缝线")
    client.sign_in(make.session_token(holder_of(mine)))
    url = f"/events/{event.slug}/plan"
    page = text_of(client.get(url))
    assert "Only 3 places left" in page and "Put it into my plan: Bracelets" in page
    data = {"ticket": mine.id, "people": "2"}
    done = client.post(f"{url}/{first.id}", data=data, htmx=htmx)
    if htmx:
        assert "In your plan, 2 of you" in text_of(done)
    else:
        assert place(done, htmx=False).endswith(f"?ticket={mine.id}#session-{first.id}")
    assert "Only 1 place left" in text_of(client.get(url))
    refused = text_of(client.post(f"{url}/{second.id}", data=data, htmx=htmx), 409)
    assert "It does not go together with Bracelets in your plan." in refused
    assert f'name="instead" value="{first.id}"' in refused
    client.post(f"{url}/{second.id}", data=data | {"instead": first.id}, htmx=htmx)
    assert in_plan(mine) == {second.id}
    client.post(f"{url}/{second.id}/leave", data={"ticket": mine.id}, htmx=htmx)
    client.post(f"{url}/{second.id}/leave", data={"ticket": mine.id}, htmx=htmx)
    assert in_plan(mine) == set()
    assert (used(first), used(second)) == (0, 0)


def test_who_has_no_ticket_reads_the_programme_and_changes_nothing(make: Make, client: PortalClient) -> None:
    event = make.event()
    session = make.event_session(event, capacity=3)
    url = f"/events/{event.slug}/plan"
    page = text_of(client.get(url))
    assert "Thread swap" in page and "To the tickets" in page and f"/plan/{session.id}" not in page
    client.sign_in(make.session_token(make.member()))
    assert f"/plan/{session.id}" not in text_of(client.get(url))
    assert client.post(f"{url}/{session.id}", data={"people": "1"}).status_code == 404
    draft = make.event(published=False)
    assert client.get(f"/events/{draft.slug}/plan").status_code == 404


def test_foreign_tickets_and_odd_numbers_do_no_harm(make: Make, client: PortalClient) -> None:
    kind = make.ticket_type()
    mine, theirs = make.registration(kind), make.registration(kind)
    event = event_of(mine)
    session = make.event_session(event, capacity=3)
    client.sign_in(make.session_token(holder_of(mine)))
    url = f"/events/{event.slug}/plan/{session.id}"
    for people in ("", "0", "-1", "9" * 40, "两", "👩"):
        assert client.post(url, data={"ticket": mine.id, "people": people}).status_code == 422
    client.post(url, data={"ticket": theirs.id, "people": "1"})
    assert in_plan(theirs) == set(), "a foreign ticket is not taken; one's own is"
    assert client.post(f"/events/{event.slug}/plan/01arz3ndektsv4rrffq69g5fav").status_code == 404
    elsewhere = make.event_session(make.event())
    assert client.post(f"/events/{event.slug}/plan/{elsewhere.id}").status_code == 404


def test_cancelled_sessions_stay_to_be_seen(make: Make, client: PortalClient) -> None:
    mine = make.registration()
    session = make.event_session(event_of(mine))
    take(session, mine)
    with transaction():
        db.session.get_one(EventSession, session.id).cancelled_at = clock.now()
    client.sign_in(make.session_token(holder_of(mine)))
    url = f"/events/{event_of(mine).slug}/plan"
    page = text_of(client.get(url))
    assert "Cancelled" in page and "Take it out" in page
    assert text_of(client.get(f"{url}?show=mine"))
