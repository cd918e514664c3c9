"""A small load generator: keep-alive connections on loopback, prepared requests, one process, plain sockets."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator
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
        self.request = b""

    def send(self, request: bytes) -> None:
        self.started = time.perf_counter()
        self.go_on(request)

    def go_on(self, request: bytes) -> None:
        """Send one more; the time began with an earlier one."""
        self.buffer, self.needed, self.request = b"", -1, request
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


#: what is sent next when this request had this answer; None when it was the last of its kind. Raises WrongAnswer.
Follow = Callable[[bytes, bytes], bytes | None]


class WrongAnswer(RuntimeError):
    """What came is not what is measured: figures of it would say nothing."""

    def __init__(self, request: bytes, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        asked = request.split(b"\r\n", 1)[0].decode()
        told = f"{head.decode(errors='replace')}\n\n{body[:400].decode(errors='replace')}"
        super().__init__(f"{asked} was answered with\n{told}")


def measure(port: int, requests: list[bytes], *, connections: int = 16, seconds: float = 5.0) -> Figures:
    """Keep ``connections`` busy for ``seconds`` with these requests in turn."""
    return measure_ways(port, cycle(requests), connections=connections, seconds=seconds)


def measure_ways(
    port: int,
    supply: Iterator[bytes],
    follow: Follow = lambda request, answer: None,
    *,
    connections: int = 16,
    seconds: float = 5.0,
) -> Figures:
    """The same with ways of several requests, each of which is counted and timed as one when ``follow`` says that it is whole.

    Ends early when ``supply`` does. Raises what ``follow`` raises.
    """
    figures = Figures(seconds)
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = _Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(supply))
    begun = time.perf_counter()
    ended = False
    while not ended and time.perf_counter() - begun < seconds:
        for key, _events in selector.select(0.5):
            connection = key.data
            if not connection.receive():
                continue
            more = follow(connection.request, connection.buffer)
            if more is not None:
                connection.go_on(more)
                continue
            now = time.perf_counter()
            figures.waits.append((now - connection.started) * 1000)
            figures.statuses[connection.status] = figures.statuses.get(connection.status, 0) + 1
            figures.bytes_each = connection.needed
            request = next(supply, None)
            if request is None:
                ended = True
                break
            connection.send(request)
    figures.seconds = time.perf_counter() - begun
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return figures


def get(path: str, *, cookie: str = "", language: str = "zh-CN") -> bytes:
    """A prepared GET request."""
    more = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: {language}\r\n{more}\r\n".encode()


def post(path: str, body: str, *, cookie: str, htmx: bool = True) -> bytes:
    """A prepared form POST, as htmx sends it or without scripts."""
    more = "HX-Request: true\r\n" if htmx else ""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n{more}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
