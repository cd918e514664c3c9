"""The privacy page and everything on it, with htmx and without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.accounts import jobs
from portal.accounts.models import Member, MemberState
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents, erasing, packing
from portal.core import clock
from portal.core.db import db, transaction
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make
from tests.privacy.life import leave, planted

pytestmark = pytest.mark.one_database
SignIn = Callable[..., PortalClient]


def state(member_id: str) -> Member:
    db.session.rollback()
    return db.session.get_one(Member, member_id, populate_existing=True)


def test_it_tells_what_is_kept(make: Make, as_member: SignIn) -> None:
    member = planted(make)
    page = as_member(member).get("/me/privacy").text
    for words in (
        "What we keep about you",
        "Stories",
        "Notes our team made about you",
        "How long we keep what",
    ):
        assert words in page
    assert "News by mail" in page


def test_it_is_linked_from_my_pages(as_member: SignIn) -> None:
    assert 'href="/me/privacy"' in as_member().get("/me").text


# ------------------------------------------------------------------ taking it along


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_packing_and_fetching(make: Make, as_member: SignIn, htmx: bool) -> None:
    member = make.member()
    browser = as_member(member)
    answer = browser.post("/me/privacy/data", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert "We are packing" in browser.get("/me/privacy").text
    found = packing.newest_package(member.id)
    assert found is not None
    package_id = found.id
    jobs.pack_data(package_id)
    page = browser.get("/me/privacy", htmx=htmx)
    assert f"/me/privacy/data/{package_id}" in page.text
    file = browser.get(f"/me/privacy/data/{package_id}")
    assert file.status_code == 200
    assert file.data.startswith(b"PK")
    assert "no-store" in file.headers["Cache-Control"]
    assert "attachment" in file.headers["Content-Disposition"]
    part = browser.get(f"/me/privacy/data/{package_id}", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, file.data[:10])


def test_asking_twice_is_refused_with_a_sentence(as_member: SignIn) -> None:
    browser = as_member()
    browser.post("/me/privacy/data")
    assert browser.post("/me/privacy/data").status_code == 409


def test_a_package_is_its_owners_alone(
    app: Any, make: Make, as_member: SignIn, as_staff: SignIn, client: PortalClient
) -> None:
    member = make.member()
    with transaction():
        package_id = packing.ask_for_package(member.id, by=viewer_of(member.id)).id
    jobs.pack_data(package_id)
    address = f"/me/privacy/data/{package_id}"
    assert as_member().get(address).status_code == 404
    assert as_staff("owner").get(address).status_code == 404
    assert client.get(address).status_code in (302, 303)
    for width in (400, 1600):
        assert client.get(f"/media/{package_id}/{width}.webp").status_code == 404
    assert client.get(f"/media/packages/{package_id[-2:]}/{package_id}/1.zip").status_code == 404
    assert client.get(f"/static/../packages/{package_id}.zip").status_code == 404


@pytest.mark.parametrize("package_id", ["x", "01arz3ndektsv4rrffq69g5fav", "%F0%9F%8C%B8" * 26, "a" * 400])
def test_strange_packages_are_not_there(as_member: SignIn, package_id: str) -> None:
    assert as_member().get(f"/me/privacy/data/{package_id}").status_code == 404


# ------------------------------------------------------------------ taking it back


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_taking_a_consent_back(make: Make, as_member: SignIn, htmx: bool) -> None:
    member = make.member()
    with transaction():
        consents.give(member.id, consents.NEWS_MAIL, how="sign_up")
    browser = as_member(member)
    for _twice in range(2):
        answer = browser.post("/me/privacy/consents/news_mail/take-back", htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
    assert not consents.has_given(member.id, consents.NEWS_MAIL)
    assert len(consents.history(member.id)) == 2


def test_other_consents_cannot_be_taken_back(as_member: SignIn) -> None:
    assert as_member().post("/me/privacy/consents/terms/take-back").status_code == 404


# ------------------------------------------------------------------ leaving


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_leaving_takes_the_password(make: Make, as_member: SignIn, htmx: bool) -> None:
    member = make.member(password=PASSWORD)
    browser = as_member(member)
    assert browser.post("/me/privacy/leave", data={"proof": ""}, htmx=htmx).status_code == 422
    wrong = browser.post("/me/privacy/leave", data={"proof": "wrong"}, htmx=htmx)
    assert wrong.status_code == 422
    assert "not your present password" in wrong.text
    assert state(member.id).erase_after is None
    right = browser.post("/me/privacy/leave", data={"proof": PASSWORD}, htmx=htmx)
    assert right.status_code == (204 if htmx else 303)
    assert state(member.id).erase_after is not None


def test_guessing_the_password_costs_waits(make: Make, as_member: SignIn) -> None:
    browser = as_member(make.member(password=PASSWORD))
    answers = [browser.post("/me/privacy/leave", data={"proof": f"wrong {n}"}).status_code for n in range(7)]
    assert answers[-1] == 429


@pytest.mark.parametrize("typed", ["{:04d}", "No. {:06d}", "{}"])
def test_without_a_password_the_number_is_typed(make: Make, as_member: SignIn, typed: str) -> None:
    member = make.member()
    browser = as_member(member)
    assert browser.post("/me/privacy/leave", data={"proof": "999999"}).status_code == 422
    assert browser.post("/me/privacy/leave", data={"proof": typed.format(member.number)}).status_code == 303
    assert state(member.id).erase_after is not None


def test_a_bar_on_every_page_and_the_way_back(make: Make, as_member: SignIn) -> None:
    member = make.member()
    browser = as_member(member)
    with transaction():
        erasing.ask_to_be_erased(member, by=viewer_of(member.id))
    for path in ("/search", "/stories", "/me", "/me/privacy", "/products"):
        assert "Your account will be erased on" in browser.get(path).text, path
    assert browser.post("/me/privacy/keep").status_code == 303
    assert browser.post("/me/privacy/keep", htmx=True).status_code == 204
    assert state(member.id).erase_after is None
    assert "account will be erased" not in browser.get("/stories").text


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_the_link_in_the_letter(make: Make, client: PortalClient, htmx: bool) -> None:
    member = make.member()
    with transaction():
        erasing.ask_to_be_erased(member, by=viewer_of(member.id))
        path = erasing.keep_path(member)
    looked = client.get(path)
    assert "Keep my account" in looked.text
    assert member.display_name not in looked.text
    assert state(member.id).erase_after is not None, "looking changes nothing: scanners look"
    assert "Nothing will be erased" in client.post(path, htmx=htmx).text
    assert state(member.id).erase_after is None
    assert client.post(path).status_code == 200, "twice is once"
    with clock.travel(clock.now() + timedelta(seconds=5)), transaction():
        erasing.ask_to_be_erased(state(member.id), by=viewer_of(member.id))
    client.post(path)
    assert state(member.id).erase_after is not None, "an old link is about an old wish"


@pytest.mark.parametrize("token", ["x", "x.y", "🌸", "01arz3ndektsv4rrffq69g5fav~0.zz"])
def test_strange_links_keep_nothing(client: PortalClient, token: str) -> None:
    assert client.get(f"/keep/{token}").status_code == 200
    assert client.post(f"/keep/{token}").status_code == 200


def test_who_left_is_signed_out_and_has_no_page(make: Make, as_member: SignIn, client: PortalClient) -> None:
    member = planted(make)
    browser, member_id, face = as_member(member), member.id, member.avatar
    assert client.get(f"/members/{member_id}").status_code == 200
    assert client.get(f"/media/{face}/400.webp").status_code == 200
    leave(member_id)
    assert browser.get("/me").status_code in (302, 303)
    assert client.get(f"/members/{member_id}").status_code == 404
    assert client.get(f"/stories/by/{member_id}").status_code == 404
    assert client.get(f"/media/{face}/400.webp").status_code == 404
    assert state(member_id).state is MemberState.ERASED
    assert member_id not in client.get("/search?q=Quendolin&kind=member").text


def test_the_page_costs_few_queries(make: Make, as_member: SignIn, queries: Callable[..., Any]) -> None:
    browser = as_member(planted(make))
    browser.get("/me/privacy")
    with queries() as log:
        browser.get("/me/privacy")
    assert len(log) <= 10, log
