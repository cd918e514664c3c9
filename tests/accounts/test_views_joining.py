"""Joining in the browser: plain and with htmx, the stranger, bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.accounts import queries
from tests.accounts.letters import code_in, link_in
from tests.answers import BOTH, place
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database

Outbox = Callable[[], list[Any]]
NEW = {"display_name": "小满", "email": "new@example.com", "password": "", "of_age": "y"}


def is_in(client: PortalClient) -> bool:
    return client.get("/me").status_code == 200


@BOTH
def test_sign_up_with_a_code(client: PortalClient, make: Make, outbox: Outbox, htmx: bool) -> None:
    make.source("shop")
    assert client.get("/sign-up?from=shop&next=/stories/new").status_code == 200
    sent = client.post("/sign-up", data=NEW | {"next": "/stories/new", "source": "shop"}, htmx=htmx)
    assert place(sent, htmx=htmx) == "/check-mail"
    assert "new@example.com" in client.get("/check-mail").get_data(as_text=True)
    entered = client.post("/check-mail", data={"code": code_in(outbox()[-1])}, htmx=htmx)
    assert place(entered, htmx=htmx) == "/stories/new"
    member = queries.find_member_by_email("new@example.com")
    assert member is not None
    assert (member.join_source, member.number) == ("shop", 1)
    assert is_in(client)


def test_looking_at_the_link_changes_nothing_pressing_does(client: PortalClient, outbox: Outbox) -> None:
    client.post("/sign-up", data=NEW | {"password": "correct horse"})
    link = f"/confirm/{link_in(outbox()[-1])}"
    for _look in range(3):
        looked = client.get(link)
        assert looked.status_code == 200
        assert "小满" in looked.get_data(as_text=True)
    assert queries.find_member_by_email("new@example.com") is None
    assert place(client.post(link), htmx=False) == "/me"
    member = queries.find_member_by_email("new@example.com")
    assert member is not None
    assert member.password_hash is not None
    assert client.get(link).status_code == 404


def test_link_on_another_device_makes_the_account_without_the_password(
    app: Flask, client: PortalClient, outbox: Outbox
) -> None:
    client.post("/sign-up", data=NEW | {"password": "correct horse"})
    PortalClient(app).post(f"/confirm/{link_in(outbox()[-1])}")
    member = queries.find_member_by_email("new@example.com")
    assert member is not None
    assert member.password_hash is None


@BOTH
def test_no_answer_tells_whether_an_address_has_an_account(app: Flask, make: Make, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    answers = []
    for email in ("alice@example.com", "nobody@example.com"):
        pages = []
        for path, data in (
            ("/sign-up", NEW | {"email": email}),
            ("/sign-in/code", {"email": email}),
            ("/reset", {"email": email}),
            ("/sign-in", {"email": email, "password": "wrong password"}),
        ):
            client = PortalClient(app)
            response = client.post(path, data=data, htmx=htmx)
            waiting = client.get("/check-mail")
            text = response.get_data(as_text=True) + waiting.get_data(as_text=True)
            text = re.sub(r'name="csrf_token" value="[^"]*"', "", text.replace(email, "…"))
            pages.append((path, response.status_code, response.headers.get("Location"), text))
        answers.append(pages)
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "not an address", "does not look like an email"),
        ("email", "", "Please fill this in"),
        ("display_name", "\u200b", "what to call you"),
        ("display_name", "\u3164", "what to call you"),
        ("display_name", "Our house", "name of the house"),
        ("display_name", "Free bags at evil.shop", "address of a website"),
        ("password", "short", "at least 8"),
        ("password", "password", "anyone would guess"),
        ("password", "new@example.com", "not your name, address or number"),
        ("of_age", "", "confirm your age"),
    ],
)
@BOTH
def test_bad_sign_up_keeps_what_was_typed(
    client: PortalClient, outbox: Outbox, htmx: bool, field: str, value: str, sentence: str
) -> None:
    answer = client.post("/sign-up", data=NEW | {field: value}, htmx=htmx)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in text
    assert ("new@example.com" if field != "email" else "小满") in text
    assert f'id="{field}-error"' in text
    assert outbox() == []


@BOTH
def test_wrong_code(client: PortalClient, outbox: Outbox, htmx: bool) -> None:
    client.post("/sign-up", data=NEW)
    wrong = "111111" if code_in(outbox()[-1]) != "111111" else "222222"
    answer = client.post("/check-mail", data={"code": wrong}, htmx=htmx)
    assert answer.status_code == 422
    assert "does not fit" in answer.get_data(as_text=True)
    assert wrong in answer.get_data(as_text=True)
    assert client.post("/check-mail", data={"code": ""}, htmx=htmx).status_code == 422


@BOTH
def test_another_mail(client: PortalClient, outbox: Outbox, htmx: bool) -> None:
    client.post("/sign-up", data=NEW)
    assert place(client.post("/check-mail/again", htmx=htmx), htmx=htmx) == "/check-mail"
    first, second = outbox()
    assert place(client.post("/check-mail", data={"code": code_in(first)}), htmx=False) == "/me"
    assert code_in(first) != code_in(second) or first.id != second.id


def test_a_code_is_bound_to_the_browser_that_asked(app: Flask, client: PortalClient, outbox: Outbox) -> None:
    client.post("/sign-up", data=NEW)
    other = PortalClient(app)
    other.post("/sign-up", data=NEW | {"email": "mallory@example.com"})
    stolen = code_in(outbox()[0])
    if stolen != code_in(outbox()[1]):
        assert other.post("/check-mail", data={"code": stolen}).status_code == 422


def test_nothing_waited_for(client: PortalClient) -> None:
    assert client.get("/check-mail").status_code == 404
    assert client.post("/check-mail/again").status_code == 404
