"""Typed text survives a lost session and a page that grew too old."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from wtforms import PasswordField

from portal.accounts import kept
from portal.accounts.models import KeptText
from portal.core import clock, retention
from portal.core.db import db
from portal.core.forms import Form
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database

TYPED = {"display_name": "南枝", "bio": "A long text that took an hour.", "region": "", "language": "en"}


@pytest.fixture
def tokens_checked(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def stored() -> list[KeptText]:
    return list(db.session.scalars(sa.select(KeptText)))


def sign_in(client: PortalClient, email: str = "alice@example.com") -> Any:
    return client.post("/sign-in", data={"email": email, "password": PASSWORD})


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_text_waits_behind_sign_in(client: PortalClient, make: Make, htmx: bool) -> None:
    member = make.member(email="alice@example.com", password=PASSWORD)
    page = "http://localhost/me/profile"
    headers = {"HX-Current-URL": page} if htmx else {"Referer": page}
    answer = client.post("/me/profile", data=TYPED, headers=headers, htmx=htmx)
    assert answer.headers["HX-Redirect" if htmx else "Location"] == "/sign-in?next=/me/profile"
    assert "We kept what you typed" in client.get("/sign-in").get_data(as_text=True)
    sign_in(client)
    for _look in range(2):
        assert "took an hour" in client.get("/me/profile").get_data(as_text=True)
    client.post("/me/profile", data=TYPED)
    assert member.bio == TYPED["bio"]
    assert stored() == []


def test_kept_text_is_for_its_browser_and_its_page(app: Flask, client: PortalClient, make: Make) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    client.post("/me/profile", data=TYPED)
    other = PortalClient(app)
    sign_in(other)
    assert "took an hour" not in other.get("/me/profile").get_data(as_text=True)
    sign_in(client)
    with client.session_transaction() as session:
        assert kept.KEY in session
    with clock.travel(clock.now() + timedelta(hours=25)):
        assert "took an hour" not in client.get("/me/profile").get_data(as_text=True)


def test_secrets_files_and_floods_are_not_kept(client: PortalClient) -> None:
    client.post("/me/security/password", data={"current": "my secret", "password": "battery staple"})
    client.post("/me/profile", data={"bio": "x" * 70_000})
    client.post("/me/profile", data={"bio": " "})
    client.get("/me/profile?bio=looked")
    assert stored() == []


def test_no_form_has_a_secret_that_would_be_kept(client: PortalClient) -> None:
    """Whatever its name: what is typed into a field for passwords is never kept."""
    client.post("/me/privacy/leave", data={"proof": PASSWORD})
    assert stored() == []
    kinds, secret = [Form], set()
    for kind in kinds:
        kinds += kind.__subclasses__()
        fields = ((name, getattr(kind, name)) for name in dir(kind))
        secret |= {name for name, field in fields if getattr(field, "field_class", None) is PasswordField}
    assert {"proof", "current", "password"} <= secret <= set(kept.NEVER)


def test_one_text_for_each_browser(client: PortalClient) -> None:
    client.post("/me/profile", data=TYPED)
    client.post("/me/profile", data=TYPED | {"bio": "another"})
    assert [row.fields["bio"] for row in stored()] == ["another"]


def test_old_texts_are_swept(client: PortalClient) -> None:
    client.post("/me/profile", data=TYPED)
    with clock.travel(clock.now() + timedelta(hours=25)):
        retention.let_go()
    assert stored() == []


def test_sign_out_leaves_nothing_behind(client: PortalClient, make: Make) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    client.post("/me/profile", data=TYPED)
    sign_in(client)
    client.post("/sign-out")
    with client.session_transaction() as session:
        assert kept.KEY not in session


@pytest.mark.usefixtures("tokens_checked")
def test_old_page_keeps_the_text_and_says_so(as_member: Callable[..., PortalClient], make: Make) -> None:
    member = make.member()
    client = as_member(member)
    answer = client.post("/me/profile", data=TYPED, headers={"Referer": "http://localhost/me/profile"})
    assert answer.headers["Location"] == "/me/profile"
    page = client.get("/me/profile").get_data(as_text=True)
    assert "took an hour" in page
    assert "nothing was sent" in page
    assert member.display_name != TYPED["display_name"]


@pytest.mark.usefixtures("tokens_checked")
def test_old_page_without_session_leads_to_sign_in(client: PortalClient) -> None:
    answer = client.post("/me/profile", data=TYPED, headers={"Referer": "http://localhost/me/profile"})
    assert answer.headers["Location"] == "/sign-in?next=/me/profile"
    assert len(stored()) == 1


@pytest.mark.usefixtures("tokens_checked")
def test_old_sign_in_page_keeps_the_address_only(client: PortalClient) -> None:
    data = {"email": "alice@example.com", "password": PASSWORD}
    answer = client.post("/sign-in", data=data, headers={"Referer": "http://localhost/sign-in?next=/stories"})
    assert answer.headers["Location"] == "/sign-in?next=/stories"
    page = client.get("/sign-in").get_data(as_text=True)
    assert "alice@example.com" in page
    assert PASSWORD not in page


@pytest.mark.usefixtures("tokens_checked")
def test_referrer_elsewhere_leads_nowhere_else(client: PortalClient) -> None:
    answer = client.post("/sign-in", data={"email": "a@b.cd"}, headers={"Referer": "https://evil.example/x"})
    assert answer.headers["Location"] == "/"


@pytest.mark.usefixtures("tokens_checked")
def test_switches_need_no_token(client: PortalClient) -> None:
    assert client.post("/language", data={"language": "zh_CN"}).status_code == 303
    assert client.post("/theme", data={"theme": "dark"}).status_code == 303


def test_nobody_stores_text_without_end(
    app: Flask, make: Make, tokens_checked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time with another cookie, so that each text seems to be the first of its browser."""
    monkeypatch.setattr(kept, "_PACE", "3/hour")
    monkeypatch.setattr(kept.one_more.__globals__["limiter"], "enabled", True)
    member = make.member()
    for _time in range(6):
        PortalClient(app).sign_in(make.session_token(member)).post("/me/profile", data=TYPED)
    assert len(stored()) == 3


def test_a_text_that_cannot_be_forgotten_makes_no_fault_of_what_was_sent(
    client: PortalClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = make.member(email="alice@example.com", password=PASSWORD)
    client.post("/me/profile", data=TYPED)
    sign_in(client)

    def fail(_token: str) -> None:
        raise RuntimeError("the database is busy")

    monkeypatch.setattr(kept, "_forget", fail)
    assert client.post("/me/profile", data=TYPED).status_code == 303
    assert member.bio == TYPED["bio"]
