"""Speaking SMTP: sign-in, encryption, and a server that is rude at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from portal.core.db import db
from portal.core.mail import services, transport
from portal.core.mail.models import Letter, LetterState
from tests.core.mail.conftest import Mailbox, free_port

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]


def state_of(letter_id: str) -> LetterState:
    db.session.rollback()
    return db.session.get_one(Letter, letter_id).state


@pytest.fixture
def locked(mail_url: Any) -> Iterator[Mailbox]:
    """A server that wants a name and a password (with characters that an address must escape)."""

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"po@rtal", b"a:b/c")
        return AuthResult(success=known)

    box = Mailbox()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    mail_url(f"smtp://po%40rtal:a%3Ab%2Fc@127.0.0.1:{controller.port}")
    yield box
    controller.stop()


def test_signing_in(locked: Mailbox, post: Any) -> None:
    letter_id = post()
    services.deliver(letter_id)
    assert state_of(letter_id) is LetterState.SENT
    assert len(locked.letters) == 1


def test_a_wrong_password_is_tried_again_later(
    locked: Mailbox, post: Any, mail_url: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        transport, "TIMEOUT_SECONDS", 0.5
    )  # this server answers a wrong password with silence
    mail_url(app.config["PORTAL"].mail_url.replace("a%3Ab%2Fc", "wrong"))
    letter_id = post()
    services.deliver(letter_id)
    assert state_of(letter_id) is LetterState.DUE


def test_encryption_is_never_skipped(mailbox: Mailbox, post: Any, mail_url: Any, app: Any) -> None:
    mail_url(app.config["PORTAL"].mail_url.replace("smtp://", "smtp+starttls://"))
    letter_id = post()
    services.deliver(letter_id)
    assert state_of(letter_id) is LetterState.DUE
    assert not mailbox.letters


def test_a_server_that_is_rude_at_the_end_has_the_letter_all_the_same(
    mailbox: Mailbox, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse_to_quit(*_parts: Any) -> str:
        return "500 what?"

    monkeypatch.setattr(Mailbox, "handle_QUIT", refuse_to_quit, raising=False)
    letter_id = post()
    services.deliver(letter_id)
    assert state_of(letter_id) is LetterState.SENT
    assert len(mailbox.letters) == 1


def test_without_a_server_the_outbox_is_the_mailbox(mail_url: Any, post: Any) -> None:
    mail_url(None)
    letter_id = post()
    services.deliver(letter_id)
    assert state_of(letter_id) is LetterState.SENT


def test_a_closed_door_is_told_apart(mail_url: Any, post: Any) -> None:
    mail_url(f"smtp://127.0.0.1:{free_port()}")
    error = services.deliver(post())
    assert error is not None
    assert transport.is_unreachable(error)
    assert not transport.is_final(error)
