"""Joining and coming in with a mobile number: plain and with htmx; a house without text messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import queries
from portal.accounts.models import Member, OneTimeCode
from portal.accounts.services import codes
from portal.core import clock
from portal.core.db import db
from portal.core.sms.models import MessageState
from tests.accounts.conftest import Texts
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database

PHONE, TYPED = "+8613800000000", "138 0000 0000"
NEW = {"display_name": "小满", "email": TYPED, "password": "", "of_age": "y"}


def is_in(client: PortalClient) -> bool:
    return client.get("/me").status_code == 200


def code_in(message: Any) -> str:
    return str(message.words[0])


def phone_member(make: Make, **facts: Any) -> Member:
    made = make.member(email=PHONE, **facts)
    assert (made.email, made.phone) == (None, PHONE)
    return made


@BOTH
@pytest.mark.parametrize("password", ["", PASSWORD])
def test_sign_up_by_phone(client: PortalClient, texts: Texts, htmx: bool, password: str) -> None:
    assert "Email or mobile number" in client.get("/sign-up").get_data(as_text=True)
    sent = client.post("/sign-up", data=NEW | {"password": password}, htmx=htmx)
    assert place(sent, htmx=htmx) == "/check-mail"
    assert TYPED in text_of(client.get("/check-mail"))
    assert queries.find_member_by_contact(PHONE) is None
    [message] = texts()
    assert (message.recipient, message.words[1]) == (PHONE, "10")
    assert text_of(client.post("/check-mail", data={"code": "000000"}, htmx=htmx), 422)
    assert place(client.post("/check-mail", data={"code": code_in(message)}, htmx=htmx), htmx=htmx) == "/me"
    member = queries.find_member_by_contact(PHONE)
    assert member is not None
    assert (member.email, member.phone_verified_at is not None) == (None, True)
    assert (member.password_hash is not None) == bool(password)
    for path in ("/me", "/me/security", "/me/notifications", "/me/profile", "/inbox", "/stories/new"):
        assert not re.search(r"\bNone\b(?! in particular)", text_of(client.get(path)))
    client.post("/sign-out")
    if password:
        typed = {"email": "0086" + TYPED, "password": password}
        assert place(client.post("/sign-in", data=typed, htmx=htmx), htmx=htmx) == "/me"


@BOTH
def test_sign_in_by_code(client: PortalClient, make: Make, texts: Texts, htmx: bool) -> None:
    phone_member(make)
    sent = client.post("/sign-in/code", data={"email": TYPED, "next": "/stories"}, htmx=htmx)
    assert place(sent, htmx=htmx) == "/check-mail"
    code = code_in(texts()[-1])
    typed = client.post("/check-mail", data={"code": code}, htmx=htmx)
    assert place(typed, htmx=htmx) == "/stories"
    assert is_in(client)


@BOTH
def test_reset_by_phone(client: PortalClient, make: Make, texts: Texts, htmx: bool) -> None:
    phone_member(make, password=PASSWORD)
    assert place(client.post("/reset", data={"email": TYPED}, htmx=htmx), htmx=htmx) == "/check-mail"
    code = {"code": code_in(texts()[-1])}
    assert place(client.post("/check-mail", data=code, htmx=htmx), htmx=htmx) == "/reset/password"
    assert PHONE in text_of(client.get("/reset/password"))
    assert text_of(client.post("/reset/password", data={"password": "13800000000"}, htmx=htmx), 422)
    chosen = client.post("/reset/password", data={"password": "battery staple"}, htmx=htmx)
    assert place(chosen, htmx=htmx) == "/me"


def test_a_code_works_for_ten_minutes(client: PortalClient, make: Make, texts: Texts) -> None:
    phone_member(make)
    client.post("/sign-in/code", data={"email": TYPED})
    with clock.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert client.post("/check-mail", data={"code": code_in(texts()[-1])}).status_code == 422


def test_a_code_works_once(client: PortalClient, make: Make, texts: Texts) -> None:
    phone_member(make)
    client.post("/sign-in/code", data={"email": TYPED})
    typed = {"code": code_in(texts()[-1])}
    assert client.post("/check-mail", data=typed).status_code == 303
    client.post("/sign-out")
    client.post("/sign-in/code", data={"email": TYPED})
    assert client.post("/check-mail", data=typed).status_code == 422


def test_guessing_ends_the_code(client: PortalClient, make: Make, texts: Texts) -> None:
    phone_member(make)
    client.post("/sign-in/code", data={"email": TYPED})
    code = code_in(texts()[-1])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _try in range(codes.MOST_ATTEMPTS):
        assert client.post("/check-mail", data={"code": wrong}).status_code == 422
    assert client.post("/check-mail", data={"code": code}).status_code == 422
    assert not is_in(client)


def test_nothing_is_sent_to_a_number_that_nobody_has(client: PortalClient, texts: Texts) -> None:
    client.post("/sign-in/code", data={"email": TYPED})
    client.post("/reset", data={"email": "13900000000"})
    assert [(message.state, message.words) for message in texts()] == [(MessageState.FAILED, [])] * 2


def test_a_number_rings_a_few_times_a_day(app: Flask, make: Make, texts: Texts) -> None:
    """Whoever asks, from wherever, and for whatever: the waits grow, and at ten a day it ends."""
    start, sent = clock.now(), 0
    for hour in range(24):
        with clock.travel(start + timedelta(hours=hour)):
            path = ("/sign-in/code", "/reset", "/sign-up")[hour % 3]
            where = {"REMOTE_ADDR": f"192.0.2.{hour}"}
            answer = PortalClient(app).post(path, data=NEW, environ_base=where)
            sent += answer.status_code == 303
            assert answer.status_code in (303, 429)
    assert sent <= codes.MOST_TEXTS


def test_the_days_number_holds_whatever_the_waits_say(app: Flask, make: Make, texts: Texts) -> None:
    member, now = phone_member(make), clock.now()
    for minute in range(codes.MOST_TEXTS):
        at = now - timedelta(minutes=minute)
        made = codes.new_code(PHONE, codes.CodePurpose.SIGN_IN)[0]
        made.created_at = at
    assert member.phone == PHONE
    answer = PortalClient(app).post("/sign-in/code", data={"email": TYPED})
    assert "enough codes for today" in text_of(answer, 429)
    assert int(answer.headers["Retry-After"]) > 23 * 3600
    assert texts() == []


@BOTH
def test_absent_without_text_messages(
    client: PortalClient, as_member: Callable[..., Any], htmx: bool
) -> None:
    for path in ("/sign-in", "/sign-up", "/reset"):
        assert "mobile number" not in text_of(client.get(path))
        assert 'type="email"' in text_of(client.get(path))
    refused = client.post("/sign-in/code", data={"email": TYPED}, htmx=htmx)
    assert "does not look like an email" in text_of(refused, 422)
    assert client.post("/sign-up", data=NEW, htmx=htmx).status_code == 422
    assert client.get("/not-me").status_code == 404
    member = as_member()
    assert "Mobile number" not in text_of(member.get("/me/security"))
    for path in ("/me/security/phone", "/me/security/phone/code", "/me/security/phone/remove"):
        assert member.get(path).status_code == 404
        assert member.post(path, data={"email": TYPED}, htmx=htmx).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OneTimeCode)) == 0


@pytest.mark.parametrize("typed", ["138", "😀" * 200, "小满", "13800000000" * 100, "+1 201 555 0123", "\x00"])
@BOTH
def test_rubbish(client: PortalClient, texts: Texts, htmx: bool, typed: str) -> None:
    for path in ("/sign-in/code", "/reset", "/sign-up", "/not-me"):
        answer = client.post(path, data=NEW | {"email": typed}, htmx=htmx)
        assert 'id="email-error"' in text_of(answer, 422)
    assert texts() == []
