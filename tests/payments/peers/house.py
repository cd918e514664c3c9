"""What all peers share: a small HTTP server, the books of a provider, and ways to be in trouble."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from portal.core import clock


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key of somebody; the same for the whole run, because making one takes its time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name: str) -> str:
    return (
        key(name)
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )


def public_pem(name: str) -> str:
    return (
        key(name)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@dataclass
class Trade:
    """A payment as the provider keeps it. ``state``: open, paid, failed, closed."""

    id: str
    ref: str
    asked: int
    currency: str
    state: str = "open"
    paid: int = 0
    paid_in: str = ""
    at: datetime | None = None
    back: dict[str, tuple[int, datetime]] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Peer:
    """A provider. ``down``: nobody answers. ``deaf``: it does what it is asked to do, and the answer is lost."""

    name = ""
    currency = "CNY"

    def __init__(self) -> None:
        self.trades: dict[str, Trade] = {}
        self.questions: list[Question] = []
        self.down = self.deaf = False
        #: where it pauses when it is to change something: before it does it or after, until ``go_on`` is set
        self.pauses = ""
        self.arrived, self.go_on = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                parts = urlsplit(self.path)
                asked = Question(
                    self.command, parts.path, parts.query, dict(self.headers), self.rfile.read(length)
                )
                if peer.down:
                    self.close_connection = True
                    return
                peer._pause("before", asked)
                with peer._lock:
                    peer.questions.append(asked)
                    answer = peer.answer(asked)
                peer._pause("after", asked)
                if peer.deaf and peer.changes(asked):
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                with suppress(OSError):  # who asked may be dead by now
                    self.end_headers()
                    self.wfile.write(answer.body)

            do_GET = do_POST = _answer

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _pause(self, moment: str, asked: Question) -> None:
        if self.pauses == moment and self.changes(asked):
            self.arrived.set()
            self.go_on.wait(30)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # -------------------------------------------------------------- the payer's side

    def visit(self, checkout: str) -> None:
        """The payer opens what they were given."""

    def pay(self, payment_id: str, *, amount: int | None = None, currency: str = "") -> None:
        trade = self.trades[payment_id]
        if trade.state != "paid":
            trade.state, trade.paid = "paid", trade.asked if amount is None else amount
            trade.paid_in, trade.at = currency or trade.currency, clock.now()

    def fail(self, payment_id: str) -> None:
        """It ends here without money, in whatever way this provider knows."""
        self.trades[payment_id].state = "closed"

    def given(self, payment_id: str) -> dict[str, int]:
        """What went back, by our refund ids."""
        trade = self.trades.get(payment_id)
        return {refund_id: amount for refund_id, (amount, _at) in trade.back.items()} if trade else {}

    def give_back(self, trade: Trade, refund_id: str, amount: int) -> bool:
        """Once under one id, and never more than came."""
        if refund_id in trade.back:
            return True
        if sum(back for back, _at in trade.back.values()) + amount > trade.paid:
            return False
        trade.back[refund_id] = (amount, clock.now())
        return True

    # -------------------------------------------------------------- to be said by each

    def settings(self) -> dict[str, Any]:
        """The fields of PaymentSettings that lead here."""
        raise NotImplementedError

    def changes(self, asked: Question) -> bool:
        """Whether it is more than a question."""
        return asked.method == "POST"

    def answer(self, asked: Question) -> Answer:
        raise NotImplementedError

    def notification(
        self, payment_id: str, event_id: str, *, forged: bool = False
    ) -> tuple[dict[str, str], bytes]:
        raise NotImplementedError
