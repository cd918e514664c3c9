"""Who stayed away without a word: noted once and only where the door knows, told kindly, forgiven or spent in one draw."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.audit import entries_of
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict
from portal.events.jobs import afterwards
from portal.events.models import Arrival, Event, EventKind, NoShow, Registration
from portal.events.queries.no_shows import counts_against
from portal.events.rules.afterwards import morning_after
from portal.events.services import leaving, no_shows
from portal.notifications.models import Notification, Touch
from portal.surveys.models import Survey, SurveyInvitation
from tests.make import Make


def arrive(make: Make, ticket: Registration, *, day: int = 0, people: int = 1) -> None:
    event = db.session.get_one(Event, ticket.event_id)
    place = make.event_days(event)[day]
    with transaction():
        db.session.add(
            Arrival(
                registration_id=ticket.id,
                day_id=place.id,
                people=people,
                place=1,
                first_at=place.starts_at,
                last_at=place.starts_at,
                door="A",
            )
        )


def over(event: Event) -> datetime:
    return morning_after(event.ends_at, brand.current().time_zone)


def look_back(event: Event) -> None:
    with clock.travel(over(event) + timedelta(minutes=1)):
        afterwards.look_back()
        afterwards.look_back()
    db.session.expire_all()


def noted() -> set[str]:
    return {one.member_id for one in db.session.query(NoShow)}


def missed(make: Make, **facts: Any) -> tuple[Event, Any, NoShow]:
    """An event that is over, a member who did not come, and what was noted of it."""
    event = make.event(**facts)
    kind = make.ticket_type(event)
    member, other = make.member(), make.member()
    make.registration(kind, member)
    arrive(make, make.registration(kind, other))
    look_back(event)
    return event, member, db.session.query(NoShow).filter_by(event_id=event.id).one()


@pytest.mark.parametrize(
    ("end", "asked"),
    [
        ("2026-12-20 20:30", "2026-12-21 10:00"),
        ("2026-12-21 00:30", "2026-12-21 10:00"),
        ("2026-12-21 04:00", "2026-12-22 10:00"),
    ],
)
def test_the_morning_after_leaves_a_night(end: str, asked: str) -> None:
    zone = "Asia/Shanghai"
    moment = clock.wall_time(datetime.fromisoformat(end).date(), 0, zone) + timedelta(
        hours=int(end[11:13]), minutes=int(end[14:])
    )
    assert f"{clock.in_zone(morning_after(moment, zone), zone):%Y-%m-%d %H:%M}" == asked


def test_noted_once_for_who_said_nothing(make: Make) -> None:
    event = make.event()
    kind = make.ticket_type(event)
    came, stayed, told = make.member(), make.member(), make.member()
    arrive(make, make.registration(kind, came))
    make.registration(kind, stayed)
    released = make.registration(kind, told)
    make.registration(kind, make.member(), held=True)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, released.id), seen=0, kindly=True)
    with clock.travel(over(event) - timedelta(minutes=1)):
        afterwards.look_back()
    assert noted() == set()
    look_back(event)
    assert noted() == {stayed.id}
    assert db.session.query(NoShow).count() == 1
    [message] = db.session.query(Notification).filter_by(kind="events.missed")
    assert (message.member_id, message.path) == (stayed.id, "/me/no-shows")
    assert counts_against([came.id, stayed.id, told.id]) == {stayed.id}


@pytest.mark.parametrize("why", ["door unused", "cancelled", "long ago"])
def test_nobody_is_noted_where_nobody_knows(make: Make, why: str) -> None:
    event = make.event(**({"starts_at": clock.now() - timedelta(days=40)} if why == "long ago" else {}))
    kind = make.ticket_type(event, sale_starts_at=event.starts_at - timedelta(days=9))
    with clock.travel(event.starts_at - timedelta(days=1)):
        make.registration(kind, make.member())
        ticket = make.registration(kind, make.member())
    if why != "door unused":
        arrive(make, ticket)
    if why == "cancelled":
        with transaction():
            db.session.get_one(Event, event.id).cancelled_at = clock.now()
    if why == "long ago":
        afterwards.look_back()
    else:
        look_back(event)
    assert noted() == set()


def test_a_day_whose_door_was_not_used_is_nobodys_fault(make: Make) -> None:
    event = make.event(days=2)
    first, second = make.event_days(event)
    kinds = [make.ticket_type(event, day_id=day.id) for day in (first, second)]
    stayed, other = make.member(), make.member()
    make.registration(kinds[0], stayed)
    make.registration(kinds[1], other)
    arrive(make, make.registration(kinds[0], make.member()))
    look_back(event)
    assert noted() == {stayed.id}


def test_a_door_that_tells_late_takes_it_back(make: Make, as_member: Any) -> None:
    event, member, found = missed(make)
    arrive(make, db.session.get_one(Registration, found.registration_id))
    assert counts_against([member.id]) == set()
    assert as_member(member).post(f"/me/no-shows/{found.id}", data={"words": "x"}).status_code == 404
    look_back(event)
    assert noted() == set()


def test_spent_in_one_draw_and_only_one(make: Make) -> None:
    _event, member, first = missed(make)
    draw, other = new_id(), new_id()
    with transaction():
        assert no_shows.spend([member.id, make.member().id], draw) == {member.id}
    with transaction():
        assert no_shows.spend([member.id], draw) == {member.id}
        assert no_shows.spend([member.id], other) == set()
    assert counts_against([member.id]) == set()
    db.session.refresh(first)
    assert first.spent_in == draw


def test_two_days_cost_two_draws_one_each(make: Make) -> None:
    _event, member, first = missed(make)
    kind = make.ticket_type(make.event())
    ticket = make.registration(kind, member)
    arrive(make, make.registration(kind, make.member()))
    look_back(db.session.get_one(Event, kind.event_id))
    draws = [new_id(), new_id(), new_id()]
    with transaction():
        assert [no_shows.spend([member.id], draw) for draw in draws] == [{member.id}, {member.id}, set()]
    db.session.expire_all()
    second = db.session.query(NoShow).filter_by(registration_id=ticket.id).one()
    assert (first.spent_in, second.spent_in) == (draws[0], draws[1])


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_sentence_and_what_staff_make_of_it(make: Make, as_member: Any, as_staff: Any, htmx: bool) -> None:
    event, member, found = missed(make)
    browser, address = as_member(member), f"/me/no-shows/{found.id}"
    assert "behind the others" in browser.get("/me/no-shows").get_data(as_text=True)
    empty = browser.post(address, data={"words": "  "}, htmx=htmx)
    assert empty.status_code == 422
    long = browser.post(address, data={"words": "长" * 501}, htmx=htmx)
    assert long.status_code == 422
    assert "长" * 501 in long.get_data(as_text=True)
    sent = browser.post(address, data={"words": "发烧了 🤒 <b>"}, htmx=htmx)
    assert sent.status_code == (200 if htmx else 303)
    manager, list_ = as_staff("manager"), f"/console/events/{event.slug}/no-shows"
    page = manager.get(list_).get_data(as_text=True)
    assert "发烧了 🤒 &lt;b&gt;" in page
    for _twice in range(2):
        answer = manager.post(f"{list_}/{found.id}/forgive", htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
    assert counts_against([member.id]) == set()
    assert len(entries_of("event_no_show", found.id, limit=5)) == 1
    assert (
        db.session.query(Notification).filter_by(kind="events.no_show_decided", member_id=member.id).count()
        == 1
    )
    assert manager.post(f"{list_}/{found.id}/keep", htmx=htmx).status_code == 409
    assert browser.post(address, data={"words": "more"}, htmx=htmx).status_code == 409


def test_kept_can_still_be_forgiven_and_spent_is_over(make: Make) -> None:
    _event, member, found = missed(make)
    staff = viewer_of(make.staff("manager").id)
    with transaction():
        no_shows.appeal(found, "bus", by=viewer_of(member.id))
        no_shows.decide(found, forgive=False, by=staff)
    assert counts_against([member.id]) == {member.id}
    with transaction():
        no_shows.decide(found, forgive=True, by=staff)
    assert counts_against([member.id]) == set()
    _event, member, other = missed(make)
    with transaction():
        no_shows.spend([member.id], new_id())
    with pytest.raises(Conflict), transaction():
        no_shows.decide(other, forgive=True, by=staff)


def test_only_ones_own_and_only_of_this_event(make: Make, as_member: Any, as_staff: Any) -> None:
    _event, _member, found = missed(make)
    stranger, manager = as_member(), as_staff("manager")
    assert stranger.post(f"/me/no-shows/{found.id}", data={"words": "x"}).status_code == 404
    assert str(found.id) not in stranger.get("/me/no-shows").get_data(as_text=True)
    elsewhere = make.event()
    assert manager.post(f"/console/events/{elsewhere.slug}/no-shows/{found.id}/forgive").status_code == 404
    assert stranger.get(f"/console/events/{elsewhere.slug}/no-shows").status_code == 404
    assert as_staff("host").get(f"/console/events/{elsewhere.slug}/no-shows").status_code == 403
    assert found.forgiven is False


def test_who_says_why_comes_first_and_pages_go_on(
    make: Make, as_staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make.event()
    kind = make.ticket_type(event)
    people = [make.member(display_name=f"Person {number}") for number in range(30)]
    for member in people:
        make.registration(kind, member)
    arrive(make, make.registration(kind, make.member()))
    look_back(event)
    asks = people[3]
    [theirs] = db.session.query(NoShow).filter_by(member_id=asks.id)
    with transaction():
        no_shows.appeal(theirs, "snow", by=viewer_of(asks.id))
    browser = as_staff("manager")
    first = browser.get(f"/console/events/{event.slug}/no-shows").get_data(as_text=True)
    names = [part.split("<")[0] for part in first.split("<b>Person ")[1:]]
    assert names[0] == "3"
    cursor = first.split("no-shows?after=")[1].split('"')[0]
    rest = browser.get(f"/console/events/{event.slug}/no-shows?after={cursor}", htmx=True).get_data(
        as_text=True
    )
    names += [part.split("<")[0] for part in rest.split("<b>Person ")[1:]]
    assert sorted(names, key=int) == [str(number) for number in range(30)]


def test_who_came_is_asked_once_in_the_morning(make: Make) -> None:
    event = make.event()
    kind = make.ticket_type(event)
    came, stayed = make.member(), make.member()
    arrive(make, make.registration(kind, came))
    make.registration(kind, stayed)
    look_back(event)
    survey = db.session.query(Survey).one()
    assert (survey.kind, survey.subject_id, survey.opens_at) == ("event", event.id, over(event))
    assert [one.member_id for one in db.session.query(SurveyInvitation)] == [came.id]
    assert [one.member_id for one in db.session.query(Touch).filter_by(kind="surveys.invited")] == [came.id]
    late = make.member()
    with clock.travel(event.starts_at - timedelta(hours=1)):
        arrive(make, make.registration(kind, late))
    look_back(event)
    assert {one.member_id for one in db.session.query(SurveyInvitation)} == {came.id, late.id}
    assert db.session.query(Touch).filter_by(kind="surveys.invited").count() == 2


def test_where_no_door_was_used_everybody_with_a_ticket_is_asked(make: Make) -> None:
    event = make.event(days=2, kind=EventKind.ONLINE, online_url="https://live.example.test/")
    first, second = (make.ticket_type(event, day_id=day.id) for day in make.event_days(event))
    came, stayed, unknown = make.member(), make.member(), make.member()
    arrive(make, make.registration(first, came))
    make.registration(first, stayed)
    make.registration(second, unknown)
    make.registration(second, make.member(), held=True)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, make.registration(second).id), seen=0, kindly=True)
    look_back(event)
    assert {one.member_id for one in db.session.query(SurveyInvitation)} == {came.id, unknown.id}
    assert noted() == {stayed.id}
