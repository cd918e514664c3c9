"""Calendars that two independent readers understand, and that learn what changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from portal.accounts.models import Member, MemberState
from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.db import db, transaction
from portal.events.models import Event, Registration, SessionPlace
from portal.events.queries.calendars import open_feed_of
from portal.events.services import feeds, leaving
from tests.client import PortalClient
from tests.make import Make

WIDE = {"Accept-Language": "zh-CN"}
HARD = "围炉；换线，\\聊天 🧵 Tea, thread; and “more”" * 3


def read(answer: Any) -> dict[str, Any]:
    """The entries by uid; both readers must find the same ones, and every line must be short enough."""
    assert answer.status_code == 200, answer.status_code
    assert answer.content_type == "text/calendar; charset=utf-8"
    text = answer.get_data(as_text=True)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    one: dict[str, Any] = {
        str(event["UID"]): event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")
    }
    other = {event.uid.value: event for event in vobject.readOne(text).contents.get("vevent", [])}
    assert set(one) == set(other)
    for uid, event in one.items():
        assert event["DTSTART"].dt == other[uid].dtstart.value
        assert event["DTEND"].dt == other[uid].dtend.value
        assert str(event["SUMMARY"]) == other[uid].summary.value
        assert str(event.get("LOCATION", "")) == getattr(getattr(other[uid], "location", None), "value", "")
        assert event["STATUS"] == other[uid].status.value
        assert int(event["SEQUENCE"]) == int(other[uid].sequence.value)
        assert event["DTSTAMP"].dt.tzinfo is UTC or event["DTSTAMP"].dt.utcoffset() == timedelta()
    return one


def only(answer: Any) -> Any:
    [entry] = read(answer).values()
    return entry


def test_an_event_with_its_sessions_reads_the_same_everywhere(make: Make, client: PortalClient) -> None:
    event = make.event(slug="winter", name_zh=HARD, text_zh="")
    venue = make.venue(event)
    session = make.event_session(event, venue_id=venue.id)
    entries = read(client.get("/events/winter.ics", headers=WIDE))
    whole = entries[f"event-{event.id}@portal.test"]
    assert str(whole["SUMMARY"]) == HARD
    assert str(whole["URL"]) == "http://portal.test/events/winter"
    assert "云锦路站" in str(whole["DESCRIPTION"])
    part = entries[f"session-{session.id}@portal.test"]
    assert str(part["LOCATION"]) == "油罐三号 · 上海 · 西岸油罐广场"
    zone = ZoneInfo(brand.current().time_zone)
    assert whole["DTSTART"].dt == event.starts_at.astimezone(zone)
    assert whole["DTSTART"].params["TZID"] == brand.current().time_zone


def test_each_day_is_an_entry_of_its_own(make: Make, client: PortalClient) -> None:
    event = make.event(days=3, slug="long")
    entries = read(client.get("/events/long.ics"))
    assert sorted(entries) == [f"event-{event.id}{end}@portal.test" for end in ("-2", "-3", "")]
    days = make.event_days(event)
    assert [entries[uid]["DTSTART"].dt for uid in (f"event-{event.id}-3@portal.test",)] == [days[2].starts_at]
    kind = make.ticket_type(event, day_id=days[1].id)
    ticket = make.registration(kind, member := make.member())
    client.sign_in(make.session_token(member))
    mine = only(client.get(f"/me/tickets/{ticket.id}.ics"))
    assert mine["DTSTART"].dt == days[1].starts_at


@pytest.mark.parametrize("month", [3, 7, 10, 11], ids=["spring", "summer", "autumn", "winter"])
def test_a_zone_that_changes_its_clock(make: Make, client: PortalClient, month: int) -> None:
    """The file describes the zone itself: a reader that knows no zones gets the same moments."""
    with transaction():
        change_settings(by=None, time_zone="Europe/Berlin")
    start = datetime(2027, month, 28, 12, 30, tzinfo=UTC)
    make.event(slug="berlin", starts_at=start)
    answer = client.get("/events/berlin.ics")
    entry = only(answer)
    assert entry["DTSTART"].dt == start
    text = answer.get_data(as_text=True)
    assert "TZID:Europe/Berlin" in text
    assert "BEGIN:DAYLIGHT" in text
    assert vobject.readOne(text).vevent.dtstart.value.astimezone(UTC) == start


def test_the_calendar_of_all_knows_what_was_and_what_is_cancelled(make: Make, client: PortalClient) -> None:
    now = clock.now()
    coming = make.event()
    recent = make.event(starts_at=now - timedelta(days=80))
    old = make.event(starts_at=now - timedelta(days=120))
    draft = make.event(published=False)
    off = make.event(cancelled_at=now, sequence=1)
    entries = read(client.get("/events.ics"))
    ids = {uid.split("@")[0].removeprefix("event-") for uid in entries}
    assert ids == {coming.id, recent.id, off.id}
    assert {old.id, draft.id}.isdisjoint(ids)
    assert entries[f"event-{off.id}@portal.test"]["STATUS"] == "CANCELLED"
    assert client.get(f"/events/{draft.slug}.ics").status_code == 404
    assert client.get("/events/nothing.ics").status_code == 404


def test_changes_and_a_cancellation_raise_the_sequence(make: Make, as_member: Any) -> None:
    event = make.event()
    ticket = make.registration(make.ticket_type(event), member := make.member())
    browser, address = as_member(member), f"/me/tickets/{ticket.id}.ics"
    first = only(browser.get(address))
    with transaction():
        moved = db.session.get_one(Event, event.id)
        moved.starts_at += timedelta(hours=1)
        moved.sequence += 1
        for day in make.event_days(moved):
            day.starts_at += timedelta(hours=1)
    second = only(browser.get(address))
    with transaction():
        leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
    third = only(browser.get(address))
    assert first["UID"] == second["UID"] == third["UID"]
    assert first["SEQUENCE"] < second["SEQUENCE"] < third["SEQUENCE"]
    assert second["DTSTART"].dt - first["DTSTART"].dt == timedelta(hours=1)
    assert (second["STATUS"], third["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert len(first.walk("VALARM")) == 2
    assert third.walk("VALARM") == []


def test_a_ticket_is_its_holders_and_shows_no_code(make: Make, as_member: Any, client: PortalClient) -> None:
    ticket = make.registration(member=(member := make.member()))
    text = as_member(member).get(f"/me/tickets/{ticket.id}.ics").get_data(as_text=True).replace("\r\n ", "")
    assert ticket.code not in text
    assert f"{ticket.code[:4]}-{ticket.code[4:]}" not in text
    assert f"/me/tickets/{ticket.id}" in text
    assert as_member().get(f"/me/tickets/{ticket.id}.ics").status_code == 404
    assert client.get(f"/me/tickets/{ticket.id}.ics").location.startswith("/sign-in")
    held = make.registration(held=True, member=member)
    assert as_member(member).get(f"/me/tickets/{held.id}.ics").status_code == 404


def test_a_calendar_of_ones_own(make: Make, as_member: Any, client: PortalClient) -> None:
    member, other = make.member(display_name="林小满", language="zh_CN"), make.member(display_name="旁人")
    kind = make.ticket_type()
    ticket = make.registration(kind, member)
    make.registration(kind, other)
    event = db.session.get_one(Event, kind.event_id)
    session, left = make.event_session(event), make.event_session(event)
    with transaction():
        for one, gone in ((session, None), (left, clock.now())):
            db.session.add(
                SessionPlace(
                    session_id=one.id,
                    registration_id=ticket.id,
                    member_id=member.id,
                    people=1,
                    seats=0,
                    taken_at=clock.now(),
                    left_at=gone,
                )
            )
        feeds.open_feed(by=viewer_of(member.id))
    page = as_member(member).get("/me/calendar").get_data(as_text=True)
    address = page.split("http://portal.test/calendar/")[1].split(".ics")[0]
    answer = client.get(f"/calendar/{address}.ics")
    assert "private" in answer.headers["Cache-Control"]
    assert set(read(answer)) == {f"ticket-{ticket.id}@portal.test", f"session-{session.id}@portal.test"}
    text = answer.get_data(as_text=True)
    assert "旁人" not in text
    assert ticket.code not in text
    tag = answer.headers["ETag"]
    later = clock.now() + timedelta(minutes=5)
    with clock.travel(later):
        assert client.get(f"/calendar/{address}.ics", headers={"If-None-Match": tag}).status_code == 304
        with transaction():
            leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
        again = client.get(f"/calendar/{address}.ics", headers={"If-None-Match": tag})
    assert read(again)[f"ticket-{ticket.id}@portal.test"]["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_made_once_and_revoked(make: Make, as_member: Any, client: PortalClient, htmx: bool) -> None:
    browser = as_member()
    for _twice in range(2):
        answer = browser.post("/me/calendar", htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
    page = browser.get("/me/calendar").get_data(as_text=True)
    token = page.split("http://portal.test/calendar/")[1].split(".ics")[0]
    assert client.get(f"/calendar/{token}.ics").status_code == 200
    assert client.get(f"/calendar/{token[:-1]}.ics").status_code == 404
    assert browser.post("/me/calendar/revoke", htmx=htmx).status_code == (200 if htmx else 303)
    assert client.get(f"/calendar/{token}.ics").status_code == 404
    browser.post("/me/calendar", htmx=htmx)
    assert token not in browser.get("/me/calendar").get_data(as_text=True)
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_who_may_not_come_in_has_no_calendar_either(make: Make, client: PortalClient) -> None:
    member = make.member()
    with transaction():
        feeds.open_feed(by=viewer_of(member.id))
    feed = open_feed_of(member.id)
    assert feed is not None
    address = feeds.address_of(feed).removeprefix("http://portal.test")
    assert client.get(address).status_code == 200
    with transaction():
        db.session.get_one(Member, member.id).state = MemberState.SUSPENDED
    assert client.get(address).status_code == 404
