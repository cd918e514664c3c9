"""Errors are pages with a sentence, toasts under htmx, and carry the security headers like everything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.exc import ObjectDeletedError

from portal.accounts.models import OneTimeCode
from portal.core import refusals, turns
from portal.core.db import db
from portal.core.headers import POLICY
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database


def test_unknown_address(client: PortalClient) -> None:
    response = client.get("/nothing-here")
    assert response.status_code == 404
    assert "There is no page at this address" in response.text


def test_unknown_address_in_chinese(client: PortalClient) -> None:
    assert 'lang="zh-CN"' in client.get("/nothing-here", lang="zh").text


def test_under_htmx_a_toast_and_nothing_swapped(client: PortalClient) -> None:
    response = client.get("/nothing-here", htmx=True)
    assert response.status_code == 404
    assert response.headers["HX-Reswap"] == "none"
    assert 'hx-swap-oob="beforeend"' in response.text


def test_who_waited_too_long_to_write_is_asked_to_try_again(
    as_member: Callable[..., PortalClient], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's one writer is somebody else, for longer than anybody waits."""
    address, browser = f"/stories/{make.story().id}/reaction", as_member()
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with turns.turn_for(str(db.session.get_bind().engine.url.database)).taken():
        for htmx in (False, True):
            answer = browser.post(address, data={"on": "1"}, htmx=htmx)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert "please try again" in answer.text
    assert browser.post(address, data={"on": "1"}).status_code == 303


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422, 429, 500])
def test_every_status_has_a_page(app: Flask, status: int) -> None:
    from tests.pages import check_page

    with app.test_request_context("/"):
        response = refusals.refuse(status, refusals.sentence_for(status))
    assert response.status_code == status
    check_page(response.get_data(as_text=True))


def test_too_large_is_said_clearly(client: PortalClient) -> None:
    response = client.post("/sign-in", data={"email": "x" * (2 * 1024 * 1024)})
    assert response.status_code == 413
    assert "too large" in response.text


def test_security_headers_everywhere(client: PortalClient) -> None:
    for address in ("/", "/stories", "/sign-in", "/nothing-here", "/brand.css", "/healthz"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"]


def test_csrf_is_asked_for(app: Flask, as_member: Callable[..., PortalClient]) -> None:
    client = as_member()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        response = client.post("/sign-out")
        assert response.status_code in (303, 400)
        assert client.get("/me").status_code == 200, "still signed in: the forged sign-out did nothing"
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_coarse_limit_answers_with_a_sentence(app: Flask, client: PortalClient) -> None:
    from portal.core.limits import limiter

    limiter.enabled = True
    limiter.reset()
    try:
        statuses = [
            client.post("/sign-in", data={"email": "a@b.example", "password": "x"}).status_code
            for _ in range(25)
        ]
        assert statuses[-1] == 429
        assert "a little fast" in client.post("/sign-in", data={}).text
    finally:
        limiter.reset()
        limiter.enabled = False


def test_what_is_gone_when_the_write_begins(app: Flask) -> None:
    """Somebody deleted it between the first look and the lock: no fault of ours."""
    with app.test_request_context():
        answer = refusals.answer_gone(ObjectDeletedError(sa.inspect(OneTimeCode())))
    assert answer.status_code == 404
    assert "not here any more" in answer.get_data(as_text=True)
