"""Signing in and out in the browser, and a new password for a forgotten one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import queries
from portal.accounts.models import AccountSession
from portal.core import clock
from portal.core.db import db
from tests.accounts.letters import code_in, link_in
from tests.answers import BOTH, place
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database

Outbox = Callable[[], list[Any]]


def is_in(client: PortalClient) -> bool:
    return client.get("/me").status_code == 200


@BOTH
def test_sign_in_with_password(client: PortalClient, make: Make, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    data = {"email": " Alice@Example.COM ", "password": PASSWORD, "next": "/stories"}
    assert place(client.post("/sign-in", data=data, htmx=htmx), htmx=htmx) == "/stories"
    assert is_in(client)
    row = db.session.scalar(sa.select(AccountSession))
    assert row is not None


@BOTH
def test_wrong_password(client: PortalClient, make: Make, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    answer = client.post("/sign-in", data={"email": "alice@example.com", "password": "wrong one"}, htmx=htmx)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "do not fit together" in text
    assert "alice@example.com" in text
    assert "wrong one" not in text
    assert not is_in(client)


@BOTH
def test_guessing_costs_waits(client: PortalClient, make: Make, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    wrong = {"email": "alice@example.com", "password": "wrong one"}
    for _try in range(5):
        assert client.post("/sign-in", data=wrong).status_code == 422
    answer = client.post("/sign-in", data=wrong | {"password": PASSWORD}, htmx=htmx)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "please wait" in answer.get_data(as_text=True)
    with clock.travel(clock.now() + timedelta(minutes=1)):
        assert client.post("/sign-in", data=wrong | {"password": PASSWORD}).status_code == 303


@BOTH
def test_sign_in_with_code(client: PortalClient, make: Make, outbox: Outbox, htmx: bool) -> None:
    make.member(email="alice@example.com")
    asked = {"email": "alice@example.com", "password": "", "next": "/stories"}
    assert place(client.post("/sign-in/code", data=asked, htmx=htmx), htmx=htmx) == "/check-mail"
    typed = {"code": code_in(outbox()[-1])}
    assert place(client.post("/check-mail", data=typed, htmx=htmx), htmx=htmx) == "/stories"
    assert is_in(client)


@BOTH
def test_code_for_no_address(client: PortalClient, htmx: bool) -> None:
    answer = client.post("/sign-in/code", data={"email": "alice@"}, htmx=htmx)
    assert answer.status_code == 422
    assert "does not look like" in answer.get_data(as_text=True)
    assert client.get("/sign-in/code").status_code == 200


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example", "stories"])
def test_sign_in_never_leads_elsewhere(client: PortalClient, make: Make, address: str) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    data = {"email": "alice@example.com", "password": PASSWORD, "next": address}
    assert place(client.post("/sign-in", data=data), htmx=False) == "/me"


def test_session_changes_at_sign_in(app: Flask, make: Make) -> None:
    """What the browser held before (perhaps planted by somebody) is worth nothing afterwards."""
    member = make.member(email="alice@example.com", password=PASSWORD)
    client = PortalClient(app)
    with client.session_transaction() as session:
        session["planted"] = "x"
    client.post("/sign-in", data={"email": "alice@example.com", "password": PASSWORD})
    with client.session_transaction() as session:
        first = session["_user_id"]
        assert "planted" not in session
        assert session.permanent
    client.post("/sign-out")
    client.post("/sign-in", data={"email": "alice@example.com", "password": PASSWORD})
    with client.session_transaction() as session:
        assert session["_user_id"] != first
    assert queries.load_viewer(first) is None
    assert len(queries.sessions_of(member.id)) == 1


@BOTH
def test_sign_out(as_member: Callable[..., PortalClient], htmx: bool) -> None:
    client = as_member()
    answer = client.post("/sign-out", htmx=htmx)
    assert place(answer, htmx=htmx) == "/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccountSession)) == 0
    assert place(client.post("/sign-out"), htmx=False) == "/"


def test_signed_in_people_need_no_form(as_member: Callable[..., PortalClient]) -> None:
    client = as_member()
    assert place(client.get("/sign-in?next=/stories"), htmx=False) == "/stories"
    assert place(client.get("/sign-up"), htmx=False) == "/me"


def test_members_page_leads_to_sign_in_and_back(client: PortalClient) -> None:
    assert client.get("/me/profile").headers["Location"] == "/sign-in?next=/me/profile"


def test_last_seen_is_noted_and_the_cookie_lives_on(as_member: Callable[..., PortalClient]) -> None:
    client, start = as_member(), clock.now()
    client.get("/me")  # its forms bring a token into the cookie
    assert "Set-Cookie" not in client.get("/me").headers
    with clock.travel(start + timedelta(minutes=11)):
        assert "portal=" in client.get("/me").headers["Set-Cookie"]
        assert "Set-Cookie" not in client.get("/me").headers
    seen = db.session.scalar(sa.select(AccountSession.last_seen_at))
    assert seen == start + timedelta(minutes=11)


# ------------------------------------------------------------------ a new password


@BOTH
def test_reset(client: PortalClient, make: Make, outbox: Outbox, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    assert (
        place(client.post("/reset", data={"email": "alice@example.com"}, htmx=htmx), htmx=htmx)
        == "/check-mail"
    )
    typed = {"code": code_in(outbox()[-1])}
    assert place(client.post("/check-mail", data=typed, htmx=htmx), htmx=htmx) == "/reset/password"
    assert client.get("/reset/password").status_code == 200
    bad = client.post("/reset/password", data={"password": "short"}, htmx=htmx)
    assert bad.status_code == 422
    assert "at least 8" in bad.get_data(as_text=True)
    assert (
        place(client.post("/reset/password", data={"password": "battery staple"}, htmx=htmx), htmx=htmx)
        == "/me"
    )
    assert is_in(client)
    member = queries.find_member_by_email("alice@example.com")
    assert member is not None


def test_reset_by_link_waits_for_the_button(
    app: Flask, make: Make, client: PortalClient, outbox: Outbox
) -> None:
    make.member(email="alice@example.com")
    client.post("/reset", data={"email": "alice@example.com"})
    link, other = f"/confirm/{link_in(outbox()[-1])}", PortalClient(app)
    assert other.get(link).status_code == 200
    assert place(other.get("/reset/password"), htmx=False) == "/reset"
    assert place(other.post(link), htmx=False) == "/reset/password"
    assert place(other.post("/reset/password", data={"password": "battery staple"}), htmx=False) == "/me"
    assert other.get(link).status_code == 404


@BOTH
def test_bad_address_at_reset(client: PortalClient, htmx: bool) -> None:
    answer = client.post("/reset", data={"email": "x"}, htmx=htmx)
    assert answer.status_code == 422


def test_whoever_is_gone_before_the_browser_comes_in_is_led_to_the_door(
    client: PortalClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erased between the session's opening and its first reading: no fault, and nobody is signed in."""
    make.member(email="alice@example.com", password=PASSWORD)
    monkeypatch.setattr("portal.accounts.queries.load_viewer", lambda token: None)
    answer = client.post("/sign-in", data={"email": "alice@example.com", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
