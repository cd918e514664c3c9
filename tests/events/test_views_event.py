"""The page of an event in every state it can be in, for everybody who may look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.core.db import db, transaction
from portal.events.models import Arrival, Entry, Event, EventKind, Registration, Stamp, TicketType
from portal.events.services import confirming, leaving
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database
Signed = Callable[..., PortalClient]
MOST_QUERIES = 10


def text_of(client: PortalClient, path: str = "/events/f", **more: Any) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200, answer.status
    page: str = answer.get_data(as_text=True)
    return page


def words_of(page: str) -> str:
    """What is read, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"</?time[^>]*>", "", page)))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    db.session.commit()
    with clock.travel(moment):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    return make.event(slug="f")


@pytest.fixture
def kind(make: Make, event: Event) -> TicketType:
    return make.ticket_type(event, capacity=6)


# ------------------------------------------------------------------ what everybody reads


def test_a_visitor_reads_when_where_and_how_to_come(
    client: PortalClient, event: Event, kind: TicketType
) -> None:
    page = text_of(client)
    words = words_of(page)
    assert "Third year" in words
    assert "Fan festival:" in words
    assert "Oil Tank Plaza" in words
    assert "step-free" in words
    assert "13:30 doors, 20:30 close" in words
    assert "China Standard Time" in words
    assert "Single ticket" in words
    start = event.starts_at.isoformat()
    assert f'data-countdown="{start}"' in page
    assert (
        f'itemprop="startDate" datetime="{start}"' in page
        or f'datetime="{start}" itemprop="startDate"' in page
    )
    assert 'property="og:title" content="Fan festival: stitched together"' in page
    assert "are coming" not in words


def test_it_speaks_chinese(client: PortalClient, event: Event, kind: TicketType) -> None:
    words = words_of(text_of(client, lang="zh"))
    for said in (
        "第 3 届",
        "距离 入场",
        "北京时间",
        "全程无台阶",
        "选一张票",
        "单人票",
        "13:30 入场，20:30 散场",
    ):
        assert said in words


@pytest.mark.parametrize("slug", ["nothing", "x" * 65, "x" * 3000, "%F0%9F%8E%AA"])
def test_no_event_there(client: PortalClient, event: Event, slug: str) -> None:
    assert client.get(f"/events/{slug}").status_code == 404


def test_a_draft_is_there_for_those_who_make_events_alone(
    client: PortalClient, as_member: Signed, as_staff: Signed, make: Make
) -> None:
    draft = make.event(slug="f", published=False)
    make.ticket_type(draft)
    assert client.get("/events/f").status_code == 404
    assert as_member().get("/events/f").status_code == 404
    assert as_staff("analyst").get("/events/f").status_code == 404
    page = text_of(as_staff("owner"))
    assert "A preview" in page
    assert "/console/events/f" in page
    assert "noindex" in page
    assert "Fan festival" not in text_of(as_staff("owner"), "/events")


def test_a_cancelled_event_says_so_first_and_sells_nothing(
    client: PortalClient, as_member: Signed, make: Make, event: Event, kind: TicketType
) -> None:
    event.cancelled_at, event.cancel_words = clock.now(), "The storm took the roof.\nWe are sorry."
    words = words_of(text_of(client))
    assert words.index("This event is cancelled.") < words.index("Oil Tank Plaza")
    assert "The storm took the roof." in words
    assert "Single ticket" not in words
    assert "data-countdown" not in text_of(client)


def test_while_it_runs_nothing_counts_down_and_after_it_the_album_is_open(
    client: PortalClient, make: Make
) -> None:
    event = make.event(slug="f", days=2)
    make.ticket_type(event)
    make.event(slug="next", name_en="The one after", starts_at=event.starts_at + timedelta(days=60))
    with at(event.starts_at + timedelta(hours=1)):
        page = text_of(client)
        assert "It is running right now." in page
        assert "Until 20:30 today." in page
        assert "data-countdown" not in page
    with at(event.starts_at + timedelta(hours=12)):
        tomorrow = (event.starts_at + timedelta(days=1)).isoformat()
        assert f'data-countdown="{tomorrow}"' in text_of(client)
    with at(event.ends_at):
        page = text_of(client)
        assert "Thank you for coming." in page
        assert "/events/f/recap" in page
        assert "The one after" in page
        assert "Single ticket" not in page


def test_what_can_be_had_and_what_not_yet(
    client: PortalClient, make: Make, event: Event, kind: TicketType
) -> None:
    later = make.ticket_type(
        event, name_en="Later ticket", sale_starts_at=clock.now() + timedelta(days=1), position=1
    )
    with at(clock.now()):
        assert "Not yet" in text_of(client)
    with at(later.sale_starts_at):
        assert "Not yet" not in text_of(client)
    make.registration(kind, people=5)
    make.registration(kind)
    assert "Full, waiting list open" in text_of(client)
    hidden = make.ticket_type(event, name_en="For family", hidden=True)
    assert hidden.name not in text_of(client)


def test_the_bar_of_the_phone_begins_with_what_the_form_begins_with(
    client: PortalClient, kind: TicketType
) -> None:
    page = text_of(client)
    bar = page[page.index('class="buybar') :]
    assert "Single ticket × 1" in bar
    assert "Free of charge" in bar
    assert 'form="choosing"' in bar
    assert 'id="choosing"' in page


def test_an_evening_online_never_tells_its_link(client: PortalClient, as_member: Signed, make: Make) -> None:
    event = make.event(
        slug="f",
        kind=EventKind.ONLINE,
        edition=None,
        online_url="https://meet.example/secret",
        place_en="",
        place_zh="",
    )
    kind = make.ticket_type(event)
    member = make.member()
    make.registration(kind, member)
    for page in (text_of(client), text_of(as_member(member))):
        assert "The link stands on your ticket." in page
        assert "meet.example" not in page


def test_the_programme_follows_its_days_and_counts_its_places(client: PortalClient, make: Make) -> None:
    event = make.event(slug="f", days=2)
    make.ticket_type(event)
    venue = make.venue(event)
    db.session.flush()
    make.event_session(event, name_en="Rope work", capacity=12, venue_id=venue.id)
    make.event_session(event, event.starts_at + timedelta(hours=11), name_en="Night walk")
    make.event_session(event, event.starts_at + timedelta(days=1), name_en="Morning knots", entry=Entry.DRAW)
    gone = make.event_session(event, name_en="Gone")
    gone.cancelled_at = clock.now()
    words = words_of(text_of(client))
    places = [
        words.index(said) for said in ("Rope work", "Tank 3", "12 places left", "Night walk", "Morning knots")
    ]
    assert places == sorted(places)
    assert words.count("Places by draw") == 1
    assert "Gone" not in words
    headings = re.findall(r"<h3>([^<]+)</h3>", text_of(client))
    assert len(headings) == 2


# ------------------------------------------------------------------ who comes


def test_numbers_are_real_and_near_means_known_to_be_near(
    client: PortalClient, as_member: Signed, make: Make, kind: TicketType
) -> None:
    from_here = make.member(region="上海")
    make.registration(kind, from_here, people=2)
    make.registration(kind, make.member(region="上海", visibility={"region": "staff"}))
    make.registration(kind, make.member(region="杭州"))
    held = make.registration(kind, make.member(region="上海"), held=True)
    assert held.code is None
    assert "3 members are coming" in words_of(text_of(client))
    assert "from your city" not in text_of(client)
    neighbour = make.member(region="上海")
    assert "3 members are coming, 1 from your city" in words_of(text_of(as_member(neighbour)))
    assert "from your city" not in text_of(as_member(from_here))
    assert "from your city" not in text_of(as_member(make.member(region="")))


def faces(page: str) -> list[str]:
    """The first letters on the discs among those who come."""
    found = re.search(r'<span class="face">(.*?)</span>\s*</div></li>', page, re.DOTALL)
    return re.findall(r'aria-hidden="true">([^<]+)<', found[1]) if found else []


def test_faces_show_with_consent_alone_and_never_those_who_keep_apart(
    client: PortalClient, as_member: Signed, make: Make, kind: TicketType
) -> None:
    me, shy = make.member(display_name="Me"), make.member(display_name="Shy")
    people = {name: make.member(display_name=name) for name in ("Ann", "Bo", "Cy")}
    make.registration(kind, shy)
    for person in people.values():
        make.registration(kind, person, show_face=True)
    assert sorted(faces(text_of(client))) == ["A", "B", "C"]
    with transaction():
        make.distance(me, people["Ann"], kind="mute")
        make.distance(people["Bo"], me, kind="block")
        make.distance(people["Cy"], me, kind="mute")
    assert faces(text_of(as_member(me))) == ["C"]
    with transaction():
        leaving.cancel(db.session.query(Registration).filter_by(member_id=people["Cy"].id).one(), seen=0)
    assert sorted(faces(text_of(client))) == ["A", "B"]


# ------------------------------------------------------------------ one's own


def test_a_ticket_stands_on_top_of_the_page(
    as_member: Signed, make: Make, event: Event, kind: TicketType
) -> None:
    member = make.member()
    ticket = make.registration(kind, member, people=2)
    page = text_of(as_member(member))
    assert "You are coming" in page
    assert f"/me/tickets/{ticket.id}" in page
    assert "buybar" not in page
    assert page.count('class="patch') == 1
    assert "You are coming" not in text_of(as_member())
    somebody, day = make.registration(kind), make.event_days(event)[0]
    with at(event.ends_at):
        page = text_of(as_member(member))
        assert "That was it." in page and "We missed you." not in page, "nobody can tell"
        arrival = Arrival(registration_id=somebody.id, day_id=day.id, people=1, place=1, door="A")
        arrival.first_at = arrival.last_at = event.starts_at
        db.session.add(arrival)
        assert "We missed you." in text_of(as_member(member))
        db.session.add(
            Stamp(
                event_id=event.id,
                registration_id=ticket.id,
                member_id=member.id,
                place=day.id,
                at=event.starts_at,
            )
        )
        assert "You were there." in text_of(as_member(member))


def test_seats_that_are_kept_are_said_until_their_time_is_over(
    as_member: Signed, make: Make, kind: TicketType
) -> None:
    member = make.member()
    held = make.registration(kind, member, held=True)
    page = text_of(as_member(member))
    assert "Seats are kept for you" in page
    assert f"/events/f/register/{held.id}" in page
    with at(clock.now() + timedelta(minutes=16)):
        assert "Seats are kept for you" not in text_of(as_member(member))


def test_who_waits_reads_it_and_an_offer_comes_first(as_member: Signed, make: Make, event: Event) -> None:
    kind = make.ticket_type(event, capacity=1)
    first, waits = make.registration(kind), make.member()
    make.waiting_entry(kind, waits)
    assert "You are in the waiting list" in text_of(as_member(waits))
    with transaction():
        leaving.cancel(db.session.get_one(Registration, first.id), seen=0)
    page = text_of(as_member(waits))
    assert "Seats are free, and they are yours if you want them" in page
    offered = db.session.query(Registration).filter_by(member_id=waits.id).one()
    assert f"/events/f/register/{offered.id}" in page
    with transaction():
        confirming.confirm(db.session.get_one(Registration, offered.id))
    assert "You are coming" in text_of(as_member(waits))


def test_a_page_costs_as_much_for_one_as_for_many(
    client: PortalClient, as_member: Signed, make: Make, event: Event, queries: Any
) -> None:
    member = make.member(region="上海")
    reader = as_member(member)

    def grow(rows: int) -> None:
        for number in range(rows):
            kind = make.ticket_type(event, name_en=f"Kind {number}")
            make.registration(kind, make.member(region="上海"), show_face=True)
            make.registration(kind, member)
            make.event_session(event, capacity=3)
            make.event(slug=f"o{make.member().number}", starts_at=clock.now() - timedelta(days=9))

    def cost(browser: PortalClient, path: str) -> int:
        text_of(browser, path)
        with queries() as log:
            text_of(browser, path)
        return len(log)

    grow(1)
    pages = [(one, path) for one in (client, reader) for path in ("/events/f", "/events")]
    few = [cost(*page) for page in pages]
    grow(12)
    assert [cost(*page) for page in pages] == few
    assert max(few) <= MOST_QUERIES
