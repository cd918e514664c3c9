"""The list of events, page by page; the search and the front page know them too."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.db import db
from portal.events.models import EventKind, Stamp
from tests.client import PortalClient
from tests.events.test_views_event import text_of, words_of
from tests.make import Make

pytestmark = pytest.mark.one_database
Signed = Callable[..., PortalClient]


def test_the_list_begins_with_the_next_festival_and_ends_with_what_was(
    client: PortalClient, as_member: Signed, make: Make
) -> None:
    assert "Nothing is announced yet" in text_of(client, "/events")
    now = clock.now()
    salon = make.event(
        slug="s", kind=EventKind.SALON, edition=None, name_en="Salon", starts_at=now + timedelta(days=2)
    )
    make.event(slug="f", name_en="Festival of knots", starts_at=now + timedelta(days=9))
    make.event(slug="d", name_en="Draft of mine", published=False)
    off = make.event(slug="c", name_en="Called off", starts_at=now + timedelta(days=4))
    off.cancelled_at = now
    member = make.member()
    old = make.event(slug="o", name_en="Old times", starts_at=now + timedelta(days=1))
    ticket = make.registration(make.ticket_type(old), member)
    make.registration(make.ticket_type(salon), member)
    db.session.add(
        Stamp(event_id=old.id, registration_id=ticket.id, member_id=member.id, place=old.id, at=old.starts_at)
    )
    old.starts_at, old.ends_at = now - timedelta(days=3), now - timedelta(days=2)
    page = text_of(client, "/events")
    words = words_of(page)
    places = [
        words.index(said) for said in ("Festival of knots", "Salon", "Called off", "Past events", "Old times")
    ]
    assert places == sorted(places)
    assert "Draft of mine" not in words
    assert "Cancelled" in words
    assert "You were there" not in words
    mine = words_of(text_of(as_member(member), "/events"))
    assert "You were there" in mine
    assert "You have a ticket" in mine


def test_what_was_comes_in_pages(client: PortalClient, make: Make) -> None:
    now = clock.now()
    for number in range(30):
        make.event(slug=f"o{number}", name_en=f"Old {number:02}.", starts_at=now - timedelta(days=number + 2))
    first = text_of(client, "/events")
    more = re.search(r'href="(/events\?after=[^"]+)" hx-get', first)
    assert more
    assert "Old 23." in first
    assert "Old 24." not in first
    for htmx in (True, False):
        second = text_of(client, more[1], htmx=htmx)
        assert "Old 24." in second
        assert "Old 29." in second
        assert "Old 23." not in second
    assert client.get("/events?after=rubbish").status_code == 200


def test_what_comes_in_pages_too(client: PortalClient, make: Make) -> None:
    now = clock.now()
    for number in range(30):
        make.event(slug=f"n{number}", name_en=f"New {number:02}.", starts_at=now + timedelta(days=number + 2))
    first = text_of(client, "/events")
    more = re.search(r'href="(/events\?from=[^"]+)" hx-get', first)
    assert more
    assert "New 24." not in first
    second = text_of(client, more[1], htmx=True)
    assert "New 29." in second
    assert "New 00." not in second
    assert "New 24." in text_of(client, more[1])


def test_search_and_the_front_page_know_events(client: PortalClient, make: Make) -> None:
    make.event(slug="f")
    make.event(slug="d", name_zh="秘密聚会", name_en="Secret", published=False)
    assert "/events/f" in text_of(client, "/search?q=一针", lang="zh")
    assert "/events/f" in text_of(client, "/search?q=stitched+plaza&kind=event")
    assert "/events/d" not in text_of(client, "/search?q=秘密", lang="zh")
    assert "/events/f" not in text_of(client, "/search?q=100%25")
    assert "/events/f" in text_of(client, "/")


def test_a_hashtag_leads_to_its_event(client: PortalClient, make: Make) -> None:
    """Also while nobody has told a story with it; a draft is no event yet."""
    tag = make.hashtag("禾友节")
    make.event(slug="draft", hashtag_id=tag.id, published=False)
    assert client.get("/tags/禾友节").status_code == 404
    soon = make.event(slug="soon", name_en="Festival of knots", hashtag_id=tag.id)
    page = client.get("/tags/禾友节").get_data(as_text=True)
    assert "This hashtag belongs to an event:" in page
    assert f'<a href="/events/{soon.slug}">Festival of knots</a>' in page
    with clock.travel(soon.ends_at + timedelta(days=1)):
        assert "This hashtag belonged to an event:" in client.get("/tags/禾友节").get_data(as_text=True)
