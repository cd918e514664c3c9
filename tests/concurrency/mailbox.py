"""A mail server on loopback that remembers what it was given."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from email import message_from_bytes
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.browser.portal import free_port


class Mailbox:
    """Takes every letter; ``pause`` is how long it thinks about each (seconds)."""

    def __init__(self, pause: float = 0) -> None:
        self._pause, self._lock, self._ids = pause, Lock(), list[str]()

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        time.sleep(self._pause)
        with self._lock:
            self._ids.append(message_from_bytes(bytes(envelope.content or b""))["Message-ID"].strip("<>"))
        return "250 taken"

    def letters(self) -> list[str]:
        """Ids of the letters in the order they came, doubles included."""
        with self._lock:
            return [message_id.partition("@")[0] for message_id in self._ids]


@contextlib.contextmanager
def mailbox(pause: float = 0) -> Iterator[tuple[Mailbox, str]]:
    """The mailbox and its address for PORTAL_MAIL_URL."""
    box = Mailbox(pause)
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
