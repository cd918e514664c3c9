"""Accepting the texts of the house: ticked when joining, asked again by the bar when a version is new."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal.accounts import queries
from portal.accounts.services import consents
from portal.brand import queries as brand
from portal.brand.models import LegalKind
from portal.core.db import transaction
from tests.accounts.letters import code_in
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

SignIn = Callable[..., PortalClient]
Outbox = Callable[[], list[Any]]
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
NEW = {"display_name": "小满", "email": "new@example.com", "password": "", "of_age": "y"}


def ledger(email: str = "new@example.com") -> dict[str, tuple[int, str]]:
    member = queries.find_member_by_email(email)
    assert member is not None
    return {what: (line.version, line.how) for what, line in consents.newest(member.id).items()}


# ------------------------------------------------------------------ joining


def test_without_texts_only_the_age_is_asked(client: PortalClient, outbox: Outbox) -> None:
    assert 'name="accepts"' not in client.get("/sign-up").text
    client.post("/sign-up", data=NEW)
    client.post("/check-mail", data={"code": code_in(outbox()[-1])})
    assert ledger() == {"age": (14, "sign_up")}


@BOTH
def test_what_was_ticked_stands_in_the_ledger(
    client: PortalClient, make: Make, outbox: Outbox, htmx: bool
) -> None:
    for kind in ("terms", "terms", "rules", "privacy"):
        make.legal_text(kind)
    form = BeautifulSoup(client.get("/sign-up").text, "html.parser")
    assert [link["href"] for link in form.select("label[for=accepts] a")] == ["/terms", "/rules", "/privacy"]
    read = str(form.select_one("[name=read]")["value"])  # type: ignore[index]
    missing = client.post("/sign-up", data=NEW | {"read": read}, htmx=htmx)
    assert missing.status_code == 422
    assert 'id="accepts-error"' in missing.text and "小满" in missing.text
    client.post("/sign-up", data=NEW | {"read": read, "accepts": "y"}, htmx=htmx)
    client.post("/check-mail", data={"code": code_in(outbox()[-1])}, htmx=htmx)
    assert ledger() == {
        "age": (14, "sign_up"),
        "terms": (2, "sign_up"),
        "rules": (1, "sign_up"),
        "privacy": (1, "sign_up"),
    }
    assert 'class="accept"' not in client.get("/products").text


@BOTH
def test_a_version_that_came_meanwhile_is_ticked_again(client: PortalClient, make: Make, htmx: bool) -> None:
    make.legal_text("terms")
    ticked = NEW | {"read": "terms:1", "accepts": "y"}
    make.legal_text("terms")
    answer = client.post("/sign-up", data=ticked, htmx=htmx)
    assert answer.status_code == 422
    assert 'id="accepts-error"' in answer.text and 'value="terms:2"' in answer.text
    assert client.post("/sign-up", data=ticked | {"read": "terms:2"}).status_code == 303


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        (["terms"], "I accept the terms of use"),
        (["rules"], "I accept the house rules"),
        (["privacy"], "I have read the privacy notice"),
        (["terms", "privacy"], "I accept the terms of use and have read the privacy notice"),
        (
            ["terms", "rules", "privacy"],
            "I accept the terms of use and the house rules and have read the privacy notice",
        ),
    ],
)
def test_the_tick_names_what_is_published(
    client: PortalClient, make: Make, kinds: list[str], sentence: str
) -> None:
    for kind in kinds:
        make.legal_text(kind)
    label = BeautifulSoup(client.get("/sign-up").text, "html.parser").select_one("label[for=accepts]")
    assert label is not None
    assert label.get_text().strip() == sentence


def test_a_member_who_signs_up_again_agrees_to_nothing(
    client: PortalClient, make: Make, outbox: Outbox
) -> None:
    make.legal_text("terms")
    make.member(email="new@example.com")
    client.post("/sign-up", data=NEW | {"read": "terms:1", "accepts": "y"})
    client.post("/check-mail", data={"code": code_in(outbox()[-1])})
    assert ledger() == {}


# ------------------------------------------------------------------ the bar


@BOTH
def test_the_bar_stays_until_it_is_accepted(as_member: SignIn, make: Make, htmx: bool) -> None:
    member = make.member()
    client = as_member(member)
    assert 'class="accept"' not in client.get("/products").text
    make.legal_text("rules", change_en="Ask people before you show them.")
    for path in ("/products", "/stories", "/me", "/rules", "/nothing-here"):
        text = client.get(path).text
        assert 'class="accept"' in text and "Ask people before you show them." in text, path
    answer = client.post("/me/accept", data={"rules": "1", "next": "/products"}, htmx=htmx)
    if htmx:
        assert answer.status_code == 200
        assert 'id="accept-bar"' in answer.text and 'class="accept"' not in answer.text
    else:
        assert (answer.status_code, answer.location) == (303, "/products")
    assert consents.newest(member.id)["rules"].how == "bar"
    for path in ("/products", "/stories"):
        assert 'class="accept"' not in client.get(path).text


@BOTH
def test_only_what_was_shown_is_accepted(as_member: SignIn, make: Make, htmx: bool) -> None:
    member = make.member()
    client = as_member(member)
    make.legal_text("terms")
    make.legal_text("terms", change_en="A newer one.")
    answer = client.post("/me/accept", data={"terms": "1", "next": "/me"}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    if htmx:
        assert "A newer one." in answer.text and 'value="/me"' in answer.text
    assert consents.needs_to_accept(member.id) == [LegalKind.TERMS]
    for nonsense in ("", "x", "-1", "3", "9" * 40):
        client.post("/me/accept", data={"terms": nonsense, "rules": "1"})
    assert consents.needs_to_accept(member.id) == [LegalKind.TERMS]


def test_a_version_that_this_process_has_not_heard_of(
    as_member: SignIn, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page came from another process, which knew of version 2 a moment earlier."""
    member = make.member()
    client = as_member(member)
    make.legal_text("terms")
    brand.current()
    forgotten = brand.forget
    monkeypatch.setattr("portal.brand.services.settings.queries.forget", lambda: None)
    make.legal_text("terms")
    monkeypatch.setattr("portal.brand.services.settings.queries.forget", forgotten)
    assert brand.legal_versions() == {LegalKind.TERMS: 1}
    client.post("/me/accept", data={"terms": "2"})
    assert consents.newest(member.id)["terms"].version == 2
    assert consents.needs_to_accept(member.id) == []


def test_no_bar_for_strangers(client: PortalClient, make: Make) -> None:
    make.legal_text("terms")
    assert "accept-bar" not in client.get("/products").text
    assert client.post("/me/accept", data={"terms": "1"}).location.startswith("/sign-in")


def test_never_led_elsewhere(as_member: SignIn) -> None:
    assert as_member().post("/me/accept", data={"next": "https://evil.example/"}).location == "/"


def test_the_kept_wall_shows_it_to_those_it_concerns(app: Flask, as_member: SignIn, make: Make) -> None:
    """The wall is drawn for many members at once; the bar is nobody else's."""
    make.legal_text("terms")
    make.story()
    settled, waiting = make.member(), make.member()
    with transaction():
        consents.accept_texts(settled.id, {LegalKind.TERMS: 1}, how="bar")
    for who, shown in ((settled, False), (waiting, True), (settled, False), (waiting, True)):
        text = as_member(who).get("/stories").text
        assert ('class="accept"' in text) is shown
