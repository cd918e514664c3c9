"""Password and devices: each write plain and with htmx, and the stranger."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from portal.accounts import queries
from tests.answers import BOTH, place
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database


def is_in(client: PortalClient) -> bool:
    return client.get("/me").status_code == 200


@BOTH
def test_change_password(as_member: Callable[..., PortalClient], make: Make, htmx: bool) -> None:
    member = make.member(password=PASSWORD)
    other, client = as_member(member), as_member(member)
    assert client.get("/me/security").status_code == 200
    before = member.password_hash
    wrong = client.post(
        "/me/security/password", data={"current": "wrong one", "password": "battery staple"}, htmx=htmx
    )
    assert wrong.status_code == 422
    assert 'id="current-error"' in wrong.get_data(as_text=True)
    assert member.password_hash == before
    data = {"current": PASSWORD, "password": "battery staple"}
    assert place(client.post("/me/security/password", data=data, htmx=htmx), htmx=htmx) == "/me/security"
    assert is_in(client)
    assert not is_in(other)


def test_first_password_needs_no_present_one(as_member: Callable[..., PortalClient], make: Make) -> None:
    member = make.member()
    client = as_member(member)
    assert client.post("/me/security/password", data={"password": "short"}).status_code == 422
    assert client.post("/me/security/password", data={"password": "battery staple"}).status_code == 303
    assert member.password_hash is not None


@BOTH
def test_sign_other_devices_out(as_member: Callable[..., PortalClient], make: Make, htmx: bool) -> None:
    member = make.member()
    client, phone, tablet = (as_member(member) for _device in range(3))
    page = client.get("/me/security").get_data(as_text=True)
    addresses = re.findall(r'action="(/me/security/devices/\w{64}/sign-out)"', page)
    assert len(addresses) == 2
    assert client.post(addresses[0], htmx=htmx).status_code == (200 if htmx else 303)
    assert sorted([is_in(phone), is_in(tablet)]) == [False, True]
    assert client.post(addresses[0], htmx=htmx).status_code == 404
    assert client.post("/me/security/devices/sign-out", htmx=htmx).status_code == (200 if htmx else 303)
    assert not is_in(phone)
    assert not is_in(tablet)
    assert is_in(client)


def test_nobody_signs_others_out(as_member: Callable[..., PortalClient], make: Make) -> None:
    alice = make.member()
    phone = as_member(alice)
    theirs = queries.sessions_of(alice.id)[0].token_hash
    assert as_member().post(f"/me/security/devices/{theirs}/sign-out").status_code == 404
    assert is_in(phone)
