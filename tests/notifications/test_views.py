"""The inbox in the browser: plain and with htmx, for its owner and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portal.core import clock
from portal.core.db import db
from portal.notifications.models import Notification
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database


def unread_of(member: Any) -> int:
    statement = sa.select(sa.func.count()).where(
        Notification.member_id == member.id, Notification.read_at.is_(None)
    )
    return db.session.scalar(statement) or 0


def test_an_empty_inbox_says_so(as_member: Any) -> None:
    assert "Nothing new yet" in as_member().get("/inbox").text


def test_looking_marks_nothing(as_member: Any, make: Make) -> None:
    alice = make.member()
    message = make.notification(alice)
    page = BeautifulSoup(as_member(alice).get("/inbox").text, "html.parser")
    row = page.find(id=f"notification-{message.id}")
    assert row is not None
    assert "new" in row["class"]
    assert "because you reported something" in row.text
    assert unread_of(alice) == 1


def test_days_are_divided(as_member: Any, make: Make) -> None:
    alice, now = make.member(), clock.now()
    for age in (0, 0, 1, 40):
        make.notification(alice, updated_at=now - timedelta(days=age))
    headings = [
        tag.text
        for tag in BeautifulSoup(as_member(alice).get("/inbox").text, "html.parser").select("main h2")
    ]
    assert headings[:2] == ["Today", "Yesterday"]
    assert len(headings) == 3


def test_more_continues_the_same_day_without_its_heading(as_member: Any, make: Make) -> None:
    alice, now = make.member(), clock.now().replace(hour=4)
    for age in range(30):
        make.notification(alice, updated_at=now - timedelta(seconds=age))
    browser = as_member(alice)
    more = BeautifulSoup(browser.get("/inbox").text, "html.parser").select_one("a.more")
    assert more is not None
    rest = BeautifulSoup(browser.get(str(more["href"]), htmx=True).text, "html.parser")
    assert not rest.find("h2")
    assert len(rest.find_all("li")) == 6
    assert len(BeautifulSoup(browser.get(str(more["href"])).text, "html.parser").select("main li")) == 6


def test_the_bell_shows_what_waits(as_member: Any, make: Make) -> None:
    alice = make.member()
    make.notification(alice)
    make.notification(alice)
    bell = BeautifulSoup(as_member(alice).get("/inbox").text, "html.parser").find(id="bell")
    assert bell is not None
    assert bell["aria-label"] == "Notifications, 2 unread"


@pytest.mark.parametrize("htmx", [False, True])
def test_opening_marks_read_and_leads_there(as_member: Any, make: Make, htmx: bool) -> None:
    alice = make.member()
    message = make.notification(alice, path="/me?x=1#y")
    answer = as_member(alice).post(f"/inbox/{message.id}/open", htmx=htmx)
    assert (answer.headers.get("HX-Redirect") if htmx else answer.headers.get("Location")) == "/me?x=1#y"
    assert answer.status_code == (204 if htmx else 303)
    assert unread_of(alice) == 0


def test_a_message_never_leads_to_another_site(as_member: Any, make: Make) -> None:
    alice = make.member()
    message = make.notification(alice, path="//elsewhere.example/")
    assert as_member(alice).post(f"/inbox/{message.id}/open").headers["Location"] == "/inbox"


def test_marking_one(as_member: Any, make: Make) -> None:
    alice = make.member()
    first, second = make.notification(alice), make.notification(alice)
    browser = as_member(alice)
    plain = browser.post(f"/inbox/{first.id}/read")
    assert (plain.status_code, plain.headers["Location"]) == (303, f"/inbox#notification-{first.id}")
    piece = BeautifulSoup(browser.post(f"/inbox/{second.id}/read", htmx=True).text, "html.parser")
    assert piece.find(id=f"notification-{second.id}")
    bell = piece.find(id="bell")
    assert bell is not None
    assert bell["hx-swap-oob"] == "true"
    assert unread_of(alice) == 0


@pytest.mark.parametrize("htmx", [False, True])
def test_marking_all(as_member: Any, make: Make, htmx: bool) -> None:
    alice, bob = make.member(), make.member()
    for owner in (alice, alice, bob):
        make.notification(owner)
    answer = as_member(alice).post("/inbox/read", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert not htmx or 'id="inbox"' in answer.text
    assert (unread_of(alice), unread_of(bob)) == (0, 1)


@pytest.mark.parametrize("act", ["open", "read"])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_stranger_finds_nothing(as_member: Any, make: Make, act: str, htmx: bool) -> None:
    message = make.notification()
    assert as_member().post(f"/inbox/{message.id}/{act}", htmx=htmx).status_code == 404
    assert db.session.get_one(Notification, message.id).read_at is None


@pytest.mark.parametrize("path", ["/inbox/read", "/inbox/x/read", "/inbox/x/open"])
def test_visitors_are_led_to_sign_in(client: PortalClient, path: str) -> None:
    for answer in (client.get("/inbox"), client.post(path)):
        assert "/sign-in" in answer.headers["Location"]
    assert "/sign-in" in client.post(path, htmx=True).headers["HX-Redirect"]


def test_a_cut_cursor_is_the_first_page(as_member: Any, make: Make) -> None:
    alice = make.member()
    make.notification(alice)
    assert "notification-" in as_member(alice).get("/inbox?after=bent").text


def test_the_inbox_costs_the_same_for_one_and_for_thirty(as_member: Any, make: Make, queries: Any) -> None:
    alice = make.member()
    browser = as_member(alice)
    make.notification(alice)
    browser.get("/inbox")
    with queries() as one:
        browser.get("/inbox")
    for _number in range(30):
        make.notification(alice)
    with queries() as thirty:
        browser.get("/inbox")
    assert len(one) == len(thirty) <= 10


def test_the_demo_mailbox_exists_only_in_the_demo(client: PortalClient) -> None:
    assert client.get("/demo/mail").status_code == 404
