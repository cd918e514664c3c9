"""A small load generator: keep-alive connections on loopback, prepared requests, one process, plain sockets."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass, field
from itertools import cycle


@dataclass
class Figures:
    """What one run of load measured; times in milliseconds."""

    seconds: float
    waits: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bytes_each: int = 0

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def as_json(self) -> dict[str, object]:
        return {
            "per_second": round(self.per_second, 1),
            "p50_ms": round(self.percentile(0.50), 2),
            "p99_ms": round(self.percentile(0.99), 2),
            "bytes": self.bytes_each,
            "statuses": self.statuses,
        }


class _Connection:
    """One keep-alive connection: sends a request, reads exactly one answer, sends the next."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.needed = -1
        self.started = 0.0
        self.status = 0

    def send(self, request: bytes) -> None:
        self.buffer, self.needed = b"", -1
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what came; True once the answer is whole."""
        data = self.socket.recv(262144)
        if not data:
            raise ConnectionError("the server closed a connection")
        self.buffer += data
        if self.needed < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = self.buffer[:end].lower()
            self.status = int(head[9:12])
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self.needed = end + 4 + length
        return len(self.buffer) >= self.needed


def measure(port: int, requests: list[bytes], *, connections: int = 16, seconds: float = 5.0) -> Figures:
    """Keep ``connections`` busy for ``seconds`` with these requests in turn."""
    figures, supply = Figures(seconds), cycle(requests)
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = _Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(supply))
    begun = time.perf_counter()
    while (now := time.perf_counter()) - begun < seconds:
        for key, _events in selector.select(0.5):
            connection = key.data
            if not connection.receive():
                continue
            now = time.perf_counter()
            figures.waits.append((now - connection.started) * 1000)
            figures.statuses[connection.status] = figures.statuses.get(connection.status, 0) + 1
            figures.bytes_each = connection.needed
            connection.send(next(supply))
    figures.seconds = time.perf_counter() - begun
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return figures


def get(path: str, *, cookie: str = "", language: str = "zh-CN") -> bytes:
    """A prepared GET request."""
    more = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: {language}\r\n{more}\r\n".encode()


def post(path: str, body: str, *, cookie: str) -> bytes:
    """A prepared form POST as htmx sends it."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nHX-Request: true\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
