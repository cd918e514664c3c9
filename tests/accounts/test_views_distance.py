"""The pages of keeping away: with and without JavaScript, for strangers, foreign ids and double sends."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.accounts.models import Distance, DistanceKind, Member
from portal.core import clock
from portal.core.db import db
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database
TOKEN = re.compile(r'(?<=csrf_token" value=")[^"]+|(?<=csrf-token" content=")[^"]+')
HTMX = [pytest.param(False, id="plain"), pytest.param(True, id="htmx")]


@pytest.fixture
def alice(make: Make) -> Member:
    return make.member(display_name="Alice")


@pytest.fixture
def bob(make: Make) -> Member:
    return make.member(display_name="Bob <i>")


@pytest.fixture
def browser(alice: Member, as_member: Callable[..., PortalClient]) -> PortalClient:
    return as_member(alice)


def kinds() -> list[str]:
    return [kind.value for kind in db.session.scalars(sa.select(Distance.kind))]


@pytest.mark.parametrize("htmx", HTMX)
@pytest.mark.parametrize("kind", ["mute", "block"])
def test_begin_and_take_back(browser: PortalClient, bob: Member, kind: str, htmx: bool) -> None:
    for _time in range(2 if kind == "mute" else 1):
        answer = browser.post(f"/members/{bob.id}/{kind}", htmx=htmx)
        assert answer.headers["HX-Redirect" if htmx else "Location"] == "/me/distance"
        assert answer.status_code == (204 if htmx else 303)
    assert kinds() == [kind]
    assert "Bob &lt;i&gt;" in browser.get("/me/distance").get_data(as_text=True)
    answer = browser.post(f"/me/distance/{bob.id}/let-back", htmx=htmx)
    assert kinds() == []
    if htmx:
        assert "You keep nobody away" in answer.get_data(as_text=True)
        assert "data-toast" in answer.get_data(as_text=True)
    else:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/me/distance")
    assert browser.post(f"/me/distance/{bob.id}/let-back", htmx=htmx).status_code == (200 if htmx else 303)


def test_the_page_of_who_is_muted_says_so_and_leads_back(browser: PortalClient, bob: Member) -> None:
    assert "Mute or block" in browser.get(f"/members/{bob.id}").get_data(as_text=True)
    browser.post(f"/members/{bob.id}/mute")
    page = browser.get(f"/members/{bob.id}").get_data(as_text=True)
    assert "nothing of theirs is shown to you" in page
    assert f"/stories/by/{bob.id}" not in page
    assert "You do so now" in browser.get(f"/members/{bob.id}/keep-away").get_data(as_text=True)
    form = {"next": f"/members/{bob.id}"}
    answer = browser.post(f"/me/distance/{bob.id}/let-back", data=form)
    assert answer.headers["Location"] == f"/members/{bob.id}"
    answer = browser.post(f"/me/distance/{bob.id}/let-back", data={"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/me/distance"


def test_who_is_blocked_is_told_nothing(
    browser: PortalClient, alice: Member, bob: Member, as_member: Callable[..., PortalClient]
) -> None:
    theirs = as_member(bob)
    nobody = theirs.get("/members/01arz3ndektsv4rrffq69g5fav").get_data(as_text=True)
    browser.post(f"/members/{bob.id}/block")
    here = theirs.get(f"/members/{alice.id}")
    same = TOKEN.sub("", nobody.replace("01arz3ndektsv4rrffq69g5fav", alice.id))
    assert (here.status_code, TOKEN.sub("", here.get_data(as_text=True))) == (404, same)
    for path in ("keep-away", "mute", "block"):
        method = "GET" if path == "keep-away" else "POST"
        assert theirs.open(f"/members/{alice.id}/{path}", method=method).status_code == 404
    assert "Alice" not in theirs.get("/me/distance").get_data(as_text=True)
    assert kinds() == ["block"]


def test_oneself_a_stranger_and_nobody(browser: PortalClient, alice: Member, client: PortalClient) -> None:
    for path in (f"/members/{alice.id}", "/members/01arz3ndektsv4rrffq69g5fav"):
        assert browser.get(f"{path}/keep-away").status_code == 404
        assert browser.post(f"{path}/block").status_code == 404
    assert "/sign-in" in client.post(f"/members/{alice.id}/block").headers["Location"]
    assert "/sign-in" in client.get("/me/distance").headers["Location"]
    assert "Mute or block" not in browser.get(f"/members/{alice.id}").get_data(as_text=True)


def test_a_long_list_comes_in_pages(browser: PortalClient, alice: Member, make: Make) -> None:
    for number in range(26):
        other = make.member(display_name=f"Somebody {number:02}")
        db.session.add(
            Distance(member_id=alice.id, other_id=other.id, kind=DistanceKind.MUTE, since=clock.now())
        )
    first = browser.get("/me/distance").get_data(as_text=True)
    assert first.count("Somebody") >= 24 and "Somebody 00" not in first
    link = first.split('class="more" href="')[1].split('"')[0]
    assert "Somebody 00" in browser.get(link, htmx=True).get_data(as_text=True)
    assert "Somebody 00" in browser.get(link).get_data(as_text=True)


def test_it_is_reached_from_me(browser: PortalClient) -> None:
    assert "/me/distance" in browser.get("/me").get_data(as_text=True)
