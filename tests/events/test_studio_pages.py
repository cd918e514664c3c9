"""The studio of events as staff meet it: pages, forms in both dresses, roles, refusals beside their field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from portal.core.audit import AuditEntry, entries_of
from portal.core.db import db, new_id
from portal.events.models import (
    AccessCode,
    Event,
    EventDay,
    EventSession,
    Pool,
    Question,
    TicketType,
    Venue,
)
from tests.client import PortalClient
from tests.events.studio import SALON, address, errors, seats_of, shown, the
from tests.make import Make

pytestmark = pytest.mark.one_database
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


@pytest.fixture
def staff(as_staff: Callable[..., PortalClient]) -> PortalClient:
    return as_staff("manager")


@pytest.fixture
def event(make: Make) -> Event:
    """A published festival of two days with one pool and one kind of ticket."""
    event = make.event(days=2)
    make.ticket_type(event)
    return event


def led(answer, htmx: bool) -> str:
    """Where a write leads, in both dresses."""
    assert answer.status_code == (204 if htmx else 303), answer.get_data(as_text=True)[:2000]
    return str(answer.headers["HX-Redirect" if htmx else "Location"])


# ------------------------------------------------------------------ from nothing to published


@BOTH
def test_a_salon_is_ready_in_a_minute(staff: PortalClient, htmx: bool) -> None:
    key = shown(staff, "/console/events/new", "#event-form")["key"]
    for _twice in range(2):
        answer = staff.post("/console/events/new", data=SALON | {"key": key}, htmx=htmx)
        assert led(answer, htmx).endswith("/console/events/mending-night-2027")
    event = the(Event)
    day, pool, ticket = the(EventDay), the(Pool), the(TicketType)
    assert (day.starts_at.isoformat(), day.ends_at.isoformat()) == (
        "2027-05-16T11:00:00+00:00",
        "2027-05-16T16:30:00+00:00",
    )
    assert [seats_of(one).capacity for one in (event.id, pool.id, ticket.id)] == [12, 12, 12]
    assert (ticket.price, event.is_public) == (0, False)
    overview = staff.get(address(event)).get_data(as_text=True)
    assert "Nothing is missing" in overview
    answer = staff.post(address(event, "publish"), htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert the(Event).is_public
    assert [entry.action for entry in entries_of("event", event.id)] == ["event.published", "event.created"]


def test_what_was_typed_stays_and_is_said_beside_its_field(staff: PortalClient) -> None:
    typed = SALON | {"key": new_id(), "last": "2027-05-01", "name_en": "Mending 🧵"}
    answer = staff.post("/console/events/new", data=typed, htmx=True)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"last"}
    assert "Mending 🧵" in answer.get_data(as_text=True)
    nonsense = dict.fromkeys(SALON, "9" * 300) | {"first": "0001-01-01", "key": "x"}
    answer = staff.post("/console/events/new", data=nonsense, htmx=True)
    assert {"first", "opens", "people", "name_en"} <= set(errors(answer))


def test_publishing_says_what_is_missing(staff: PortalClient, make: Make) -> None:
    event = make.event(published=False, name_zh="", name_en="", capacity=0)
    overview = staff.get(address(event)).get_data(as_text=True)
    for words in ("a name in at least one language", "a kind of ticket", "how many people fit in"):
        assert words in overview
    assert staff.post(address(event, "publish")).status_code == 409
    late = make.event(published=False)
    ticket = make.ticket_type(late, sale_ends_at=late.ends_at.replace(year=late.ends_at.year + 1))
    answer = staff.post(address(late, "publish"), htmx=True)
    assert answer.status_code == 409
    assert f"“{ticket.name_en}” would be on sale after the end" in answer.get_data(as_text=True)
    assert not the(Event, id=late.id).is_public


@BOTH
def test_worse_terms_for_who_has_a_ticket_are_refused_beside_the_field(
    staff: PortalClient, make: Make, event: Event, htmx: bool
) -> None:
    make.registration(the(TicketType))
    path = address(event, "edit")
    typed = shown(staff, path, "#texts-form") | {"refund_hours": "999", "name_en": "Stitched again"}
    answer = staff.post(path, data=typed, htmx=htmx)
    assert answer.status_code == 422 and set(errors(answer)) == {"refund_hours"}
    assert "Stitched again" in answer.text and the(Event, id=event.id).refund_hours < 999


@BOTH
def test_staff_read_that_a_day_that_comes_earlier_takes_nobody_time(
    staff: PortalClient, make: Make, event: Event, htmx: bool
) -> None:
    kind = the(TicketType)
    event.refund_hours, kind.price = 48, 5000
    make.registration(kind, held=True)
    day = make.event_days(event)[0]
    path = address(event, f"days/{day.id}")
    typed = shown(staff, path, "#part-form") | {"day": (day.day - timedelta(days=1)).isoformat()}
    assert staff.post(path, data=typed, htmx=htmx).status_code in (200, 204, 303)
    assert "until 24 hours before it begins" in staff.get(address(event, "days")).text
    assert the(Event, id=event.id).refund_hours == 24


# ------------------------------------------------------------------ every form, untouched and changed

CHANGES = [
    ("edit", "#texts-form", {"name_en": "Stitched again", "refund_percent": "50"}),
    ("days/{day}", "#part-form", {"closes": "22:00"}),
    ("venues/{venue}", "#part-form", {"note_en": "Second floor"}),
    ("sessions/{session}", "#part-form", {"starts": "15:00", "ends": "16:00"}),
    ("tickets", "#capacity-form", {"people": "120"}),
    ("tickets/pools/{pool}", "#part-form", {"reserved": "4"}),
    ("tickets/{ticket}", "#part-form", {"price": "168.50", "tier_id": ""}),
    ("questions/{question}", "#part-form", {"label_en": "What will you bring?"}),
]


def paths(make: Make, event: Event) -> dict[str, str]:
    ticket, venue = the(TicketType), make.venue(event)
    question = Question(event_id=event.id, kind="line", label_en="Why?")
    db.session.add(question)
    session = make.event_session(event)
    db.session.flush()
    return {
        "day": make.event_days(event)[0].id,
        "venue": venue.id,
        "session": session.id,
        "pool": ticket.pool_id,
        "ticket": ticket.id,
        "question": question.id,
    }


@BOTH
@pytest.mark.parametrize(("path", "form", "changed"), CHANGES, ids=[row[0] for row in CHANGES])
def test_each_form_changes_what_it_says_and_two_writers_meet(
    staff: PortalClient, make: Make, event: Event, path: str, form: str, changed: dict[str, str], htmx: bool
) -> None:
    path = address(event, path.format(**paths(make, event)))
    before = shown(staff, path, form)
    assert staff.post(path, data=before, htmx=htmx).status_code in (200, 204, 303)
    assert shown(staff, path, form) == before, "an untouched form changes nothing"
    assert not [one for one in entries_of("event", event.id) if one.action != "event.capacity_set"]
    assert staff.post(path, data=before | changed, htmx=htmx).status_code in (200, 204, 303)
    after = shown(staff, path, form)
    assert {name: after[name] for name in changed} == changed
    assert entries_of("event", event.id)[0].by_id
    late = staff.post(path, data=before | changed, htmx=True)
    assert late.status_code == 409, "what was not seen is not overwritten"
    assert "A colleague changed this meanwhile" in late.get_data(as_text=True)
    again = BeautifulSoup(late.get_data(as_text=True), "html.parser").select_one("[name=seen]")
    assert again is not None
    assert staff.post(path, data=before | changed | {"seen": again["value"]}, htmx=htmx).status_code != 409


@BOTH
def test_parts_are_added_and_taken_away(staff: PortalClient, make: Make, event: Event, htmx: bool) -> None:
    days = make.event_days(event)
    ticket = the(TicketType)
    typed = {
        "days": {"day": "2027-06-01", "opens": "10:00", "closes": "18:00", "name_zh": "尾声"},
        "venues": {"name_zh": "草坪"},
        "sessions/new": shown(staff, address(event, "sessions", "new"))
        | {"name_zh": "换线", "day": days[1].id, "starts": "14:00", "ends": "15:00", "entry": "places"}
        | {"capacity": "8"},
        "tickets/pools/new": {"name_en": "Evening", "capacity": "20"},
        "tickets/new": shown(staff, address(event, "tickets", "new"))
        | {"name_zh": "双人", "capacity": "10", "admits": "2", "most_people": "4", "price": "168"}
        | {"pool_id": ticket.pool_id},
        "questions/new": {
            "label_zh": "带什么？",
            "kind": "choice",
            "choices_zh": "包\n线",
            "ticket_type_id": "",
        },
    }
    for path, data in typed.items():
        led(staff.post(address(event, path), data=data, htmx=htmx), htmx)
        for page in (path.split("/")[0], path):
            assert staff.get(address(event, page)).status_code == 200
    assert the(Question).choices == {"all": [{"zh": "包", "en": ""}, {"zh": "线", "en": ""}]}
    session, venue = the(EventSession), the(Venue)
    assert seats_of(session.id).capacity == 8
    added = the(TicketType, admits=2)
    assert (added.price, seats_of(added.id).parent_id) == (16800, ticket.pool_id)
    gone = [
        f"sessions/{session.id}/remove",
        f"venues/{venue.id}/remove",
        f"tickets/{added.id}/remove",
        f"tickets/pools/{the(Pool, name_en='Evening').id}/remove",
        f"days/{the(EventDay, name_zh='尾声').id}/remove",
    ]
    for path in gone:
        answer = staff.post(address(event, path), htmx=htmx)
        assert answer.status_code in (200, 204, 303), path
        assert staff.post(address(event, path), htmx=htmx).status_code == 404
    assert (the(EventDay, id=days[0].id).id, the(TicketType).id) == (days[0].id, ticket.id)


@BOTH
def test_sale_is_stopped_and_goes_on_and_lists_are_put_in_order(
    staff: PortalClient, make: Make, event: Event, htmx: bool
) -> None:
    first = the(TicketType)
    second = make.ticket_type(event, make.ticket_pool(event, 5), name_en="Second", position=1)
    for deed, closed in (("close", True), ("close", True), ("reopen", False)):
        staff.post(address(event, "tickets", first.id, deed), htmx=htmx)
        assert (the(TicketType, id=first.id).closed_at is not None) is closed
    assert staff.post(address(event, "tickets", second.id, "up"), htmx=htmx).status_code < 400
    assert the(TicketType, id=second.id).position < the(TicketType, id=first.id).position


def test_codes_are_shown_once(staff: PortalClient, make: Make, event: Event) -> None:
    typed = shown(staff, address(event, "codes"), "#code-form") | {"label": "朋友", "how_many": "3"}
    answer = staff.post(address(event, "codes"), data=typed)
    codes = [one.text for one in BeautifulSoup(answer.get_data(as_text=True), "html.parser").select(".code")]
    assert answer.status_code == 200 and len(set(codes)) == 3
    assert answer.headers["Cache-Control"] == "no-store"
    again = staff.post(address(event, "codes"), data=typed, htmx=True)
    assert again.status_code == 409
    listed = staff.get(address(event, "codes")).get_data(as_text=True)
    assert "朋友" in listed and not any(code in listed for code in codes)
    one = next(iter(_all(AccessCode)))
    assert staff.post(address(event, "codes", one.id, "close"), htmx=True).status_code == 200
    assert the(AccessCode, id=one.id).closed_at


def _all(model):
    return list(db.session.query(model))


# ------------------------------------------------------------------ who may, and what is not there


def test_hosts_find_the_door_and_no_more(
    as_staff: Callable[..., PortalClient], make: Make, event: Event
) -> None:
    host, draft = as_staff("host"), make.event(published=False, name_en="A secret plan")
    listed = host.get("/console/events").get_data(as_text=True)
    assert event.name_en in listed and "New event" not in listed
    assert "A secret plan" not in host.get("/console/events?show=draft").get_data(as_text=True)
    assert host.get(address(draft)).status_code == 404
    overview = host.get(address(event)).get_data(as_text=True)
    assert address(event, "door") in overview and address(event, "edit") not in overview
    for path in ("edit", "tickets", "sessions", "codes"):
        assert host.get(address(event, path)).status_code == 403
    assert host.post(address(event, "publish")).status_code == 403


def test_parts_of_another_event_are_not_there(staff: PortalClient, make: Make, event: Event) -> None:
    other = paths(make, event)
    event = make.event()
    make.ticket_type(event)
    for path in (
        "days/{day}",
        "venues/{venue}",
        "sessions/{session}",
        "tickets/{ticket}",
        "questions/{question}",
    ):
        assert staff.get(address(event, path.format(**other))).status_code == 404
        assert staff.post(address(event, path.format(**other), "remove")).status_code == 404
    assert staff.get(address(event, "tickets", "pools", other["pool"])).status_code == 404
    assert not [one for one in _all(AuditEntry) if one.action.endswith("removed")]


def test_the_address_changes_only_while_it_is_a_draft(staff: PortalClient, make: Make, event: Event) -> None:
    draft = make.event(published=False)
    form = shown(staff, address(draft, "edit"), "#texts-form")
    taken = staff.post(address(draft, "edit"), data=form | {"slug": event.slug}, htmx=True)
    assert set(errors(taken)) == {"slug"}
    assert set(errors(staff.post(address(draft, "edit"), data=form | {"slug": "new"}, htmx=True))) == {"slug"}
    answer = staff.post(address(draft, "edit"), data=form | {"slug": "tea"}, htmx=True)
    assert answer.headers["HX-Redirect"].endswith("/console/events/tea/edit")
    form = shown(staff, address(event, "edit"), "#texts-form")
    known = staff.post(address(event, "edit"), data=form | {"slug": "other"}, htmx=True)
    assert set(errors(known)) == {"slug"}


def test_links_that_are_none_are_refused(staff: PortalClient, event: Event) -> None:
    form = shown(staff, address(event, "edit"), "#texts-form")
    for wrong in ("javascript:alert(1)", "live.example.com"):
        answer = staff.post(address(event, "edit"), data=form | {"online_url": wrong}, htmx=True)
        assert set(errors(answer)) == {"online_url"}


def test_a_badge_for_the_edition_and_a_hashtag(staff: PortalClient, event: Event) -> None:
    form = shown(staff, address(event, "edit"), "#texts-form")
    typed = form | {"badge": "new:spool", "hashtag": "#禾友节2027"}
    assert staff.post(address(event, "edit"), data=typed, htmx=True).status_code == 200
    after = shown(staff, address(event, "edit"), "#texts-form")
    assert after["hashtag"] == "#禾友节2027" and after["badge"] == the(Event).badge_id
    assert set(errors(staff.post(address(event, "edit"), data=after | {"hashtag": "#"}, htmx=True))) == {
        "hashtag"
    }
