"""A peer on the loopback that speaks the protocol of Tencent Cloud SMS, and checks every signature by itself."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET_ID, SECRET_KEY = "AKIDtest", "a secret/key+of=ours"


@dataclass
class Peer:
    """What was asked for, and how it answers: ``says`` is the state of the next messages, ``raw`` a whole answer."""

    says: str = "Ok"
    raw: bytes | None = None
    status: int = 200
    fault: str = ""
    slow: threading.Event | None = None
    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    forged: int = 0

    @property
    def url(self) -> str:
        """As PORTAL_SMS_URL names it."""
        keys = f"{SECRET_ID}:{SECRET_KEY.replace('/', '%2F').replace('+', '%2B').replace(' ', '%20')}"
        words = "app=1400000001&sign=米粉之家&region=ap-guangzhou&code_template=11&notice_template=22"
        return f"tencent://{keys}@127.0.0.1:{self.port}/?{words}&plain=1"

    def answer(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if not signed(headers, body):
            self.forged += 1
            return 200, error("AuthFailure.SignatureFailure")
        message = json.loads(body)
        self.asked.append(message)
        self.headers.append(headers)
        if self.slow is not None:
            self.slow.wait(30)
        if self.raw is not None or self.status != 200:
            return self.status, self.raw or b""
        if self.fault:
            return 200, error(self.fault)
        states = [
            {
                "SerialNo": f"5000:{len(self.asked)}" if self.says == "Ok" else "",
                "PhoneNumber": number,
                "Fee": 1,
                "SessionContext": "",
                "Code": self.says,
                "Message": "send success" if self.says == "Ok" else "refused",
                "IsoCode": "CN",
            }
            for number in message["PhoneNumberSet"]
        ]
        return 200, json.dumps({"Response": {"SendStatusSet": states, "RequestId": "r-1"}}).encode()


def error(code: str) -> bytes:
    said = {"Error": {"Code": code, "Message": "so it is"}, "RequestId": "r-2"}
    return json.dumps({"Response": said}).encode()


def signed(headers: dict[str, str], body: bytes) -> bool:
    """TC3-HMAC-SHA256 as the provider documents it, computed here from the request as it arrived."""
    found = re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=([^/]+)/([^/]+)/sms/tc3_request, SignedHeaders=([\w;-]+), Signature=(\w+)",
        headers.get("authorization", ""),
    )
    if found is None or found[1] != SECRET_ID:
        return False
    moment = datetime.fromtimestamp(int(headers["x-tc-timestamp"]), UTC)
    names, day = found[3].split(";"), moment.strftime("%Y-%m-%d")
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    request = f"POST\n/\n\n{lines}\n{found[3]}\n{hashlib.sha256(body).hexdigest()}"
    digest = hashlib.sha256(request.encode()).hexdigest()
    scope = f"{day}/sms/tc3_request"
    text = f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{scope}\n{digest}"
    key = f"TC3{SECRET_KEY}".encode()
    for part in (day, "sms", "tc3_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return found[2] == day and hmac.compare_digest(key.hex(), found[4])


@contextmanager
def listening(peer: Peer) -> Iterator[Peer]:
    """The peer answers on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, said = peer.answer({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        if peer.slow is not None:
            peer.slow.set()
        server.shutdown()
        server.server_close()
