"""The demo's mailbox: letters as text, links and codes that can be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal import create_app
from portal.core.db import db, transaction
from portal.core.mail.services import Action, queue_letter
from portal.notifications.demo_mail import pieces_of
from tests.client import PortalClient
from tests.databases import settings_for

BASE = "http://portal.test"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A small demo of its own: only the outbox matters here."""
    folder = tmp_path_factory.mktemp("demo")
    demo = create_app(settings_for(f"sqlite:///{folder / 'portal.sqlite'}", folder, DEMO="1"), testing=True)
    demo.config["RATELIMIT_ENABLED"] = False
    with demo.app_context():
        db.create_all()
    yield demo
    with demo.app_context():
        db.engines[None].dispose()


@pytest.fixture
def letter_id(demo: Flask) -> str:
    with demo.app_context(), transaction():
        letter = queue_letter(
            to="lin@example.test",
            kind="test",
            language="en",
            subject="Your <code>",
            paragraphs=["Here it is."],
            reason="Because you asked.",
            code="123456",
            action=Action("Go on", "/sign-in?next=%2Fme"),
        )
        return letter.id


def browse(demo: Flask, path: str) -> Any:
    return PortalClient(demo).get(path)


def test_the_list_shows_every_letter(demo: Flask, letter_id: str) -> None:
    assert "Your &lt;code&gt;" in browse(demo, "/demo/mail").text


def test_a_letter_shows_its_code_and_its_link(demo: Flask, letter_id: str) -> None:
    page = BeautifulSoup(browse(demo, f"/demo/mail/{letter_id}").text, "html.parser")
    code = page.select_one("main .code")
    assert code is not None
    assert code.text == "123456"
    assert page.select_one('main .card a[href="/sign-in?next=%2Fme"]')


def test_a_letter_as_a_mail_program_shows_it_can_do_nothing(demo: Flask, letter_id: str) -> None:
    answer = demo.test_client().get(f"/demo/mail/{letter_id}/html")
    assert "Here it is." in answer.text and "123456" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy
    assert demo.test_client().get("/demo/mail/nothing/html").status_code == 404


def test_an_unknown_letter_is_not_found(demo: Flask) -> None:
    assert browse(demo, "/demo/mail/nothing").status_code == 404


def test_text_becomes_pieces_and_loses_nothing() -> None:
    text = f"See {BASE}/a?b=1. Or https://other.example/x!\n  654321\n12345678"
    pieces = list(pieces_of(text, BASE))
    assert [(piece.kind, piece.href) for piece in pieces if piece.kind == "link"] == [
        ("link", "/a?b=1"),
        ("link", "https://other.example/x"),
    ]
    assert [piece.text for piece in pieces if piece.kind == "code"] == ["654321"]
    assert "".join(piece.text for piece in pieces).replace("654321", "  654321") == text


def test_a_letter_that_tries_to_lead_elsewhere_stays_text() -> None:
    [piece] = [piece for piece in pieces_of(f"{BASE}//evil.example", BASE) if piece.kind == "link"]
    assert piece.href == "/"
