"""Real SMTP on the loopback: servers that take letters, refuse them, break off, or are not there."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from portal.core.db import transaction
from portal.core.mail.models import Letter
from portal.core.mail.services import queue_letter


@dataclass
class Mailbox:
    """What arrived, and how the server behaves: an answer for an address, every so manieth letter broken off."""

    answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = ""
    drop_every: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    tried: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.tried += 1
        if self.drop_every and self.tried % self.drop_every == 0:
            assert server.transport is not None
            server.transport.abort()
            return "451 gone"
        if self.data_answer:
            return self.data_answer
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"


@pytest.fixture
def mail_url(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Points the portal at a mail server."""

    def point(url: str) -> None:
        monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], mail_url=url))

    return point


@pytest.fixture
def mailbox(mail_url: Any) -> Iterator[Mailbox]:
    """A server on a free port of the loopback, and the portal knows it."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    mail_url(f"smtp://127.0.0.1:{controller.port}")
    yield box
    controller.stop()


@pytest.fixture
def post(app: Flask) -> Callable[..., str]:
    """Puts a letter into the outbox; answers with its id."""

    def write(to: str = "lin@example.test", **facts: Any) -> str:
        values: dict[str, Any] = {
            "kind": "test",
            "language": "en",
            "subject": "Hello",
            "paragraphs": ["A story was answered."],
            "reason": "Because it is your story",
        }
        with transaction():
            letter: Letter = queue_letter(to=to, **{**values, **facts})
            return letter.id

    return write


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
