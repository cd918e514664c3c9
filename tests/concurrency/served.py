"""A portal as it runs in production (``flask serve``: two web processes and the worker), and visitors outside."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from config import ROOT, Settings
from portal import create_app
from portal.core.db import db
from portal.core.migrations import upgrade
from tests.browser.portal import free_port
from tests.databases import SECRET
from tests.make import Make

#: (file name, content type, bytes)
File = tuple[str, str, bytes]


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """A browser outside: its cookie, its form token, one connection that is kept open. May travel to other processes."""

    url: str
    cookie: str = ""
    token: str = ""
    language: str = "en"
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_connection": None}

    def get(self, path: str, **headers: str) -> Answer:
        """Asked once more on a fresh connection when the kept one was closed meanwhile, as browsers do."""
        try:
            return self.send("GET", path, b"", headers)
        except (ConnectionError, http.client.HTTPException):
            return self.send("GET", path, b"", headers)

    def post(
        self,
        path: str,
        fields: dict[str, str] | None = None,
        *,
        files: dict[str, File] | None = None,
        htmx: bool = False,
        **headers: str,
    ) -> Answer:
        """A form, with its token; as ``multipart/form-data`` when it has files."""
        fields = {"csrf_token": self.token} | (fields or {})
        if files is None:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = multipart(fields, files)
        more = {"Content-Type": kind} | headers
        if htmx:
            more["HX-Request"] = "true"
        return self.send("POST", path, body, more)

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=120)
        sent = {"Accept-Language": {"zh": "zh-CN"}.get(self.language, self.language)} | (headers or {})
        if self.cookie:
            sent.setdefault("Cookie", self.cookie)
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            for line in response.headers.get_all("set-cookie", []):
                if line.startswith("portal="):
                    self.cookie = line.partition(";")[0]
            return Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def multipart(fields: dict[str, str], files: dict[str, File]) -> tuple[bytes, str]:
    """The body of a form with files, and its content type."""
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (file_name, kind, data) in files.items():
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(parts) + f"--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}"


class Served:
    """One portal under test: an empty, migrated one. It may be stopped, killed and started again on the same data."""

    def __init__(self, url: str, folder: Path, **settings: str) -> None:
        port = free_port()
        self.url, self.folder = f"http://127.0.0.1:{port}", folder
        ours = {"DATABASE_URL": url, "DATA_DIR": str(folder), "PORT": str(port)}
        ours |= {"SECRET_KEY": SECRET, "DATA_KEYS": SECRET}
        ours |= {"MAIL_URL": "smtp://127.0.0.1:9", "LOG_LEVEL": "warning"} | settings
        self.settings = {f"PORTAL_{name}": value for name, value in ours.items()}
        with self.app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            db.session.remove()
            db.engine.dispose()

    # ------------------------------------------------------------------ its processes

    def family(self) -> list[psutil.Process]:
        """The serve command and everything it started."""
        try:
            serve = psutil.Process(self.process.pid)
            return [serve, *serve.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def worker(self) -> psutil.Process:
        return next(one for one in self.family() if "worker" in one.cmdline())

    def web(self) -> psutil.Process:
        """The web server's main process; its children answer requests."""
        return next(one for one in self.family() if "portal.core.server" in one.cmdline())

    def start(self) -> None:
        """``flask serve``, as in production; returns when it answers. May be called again after stop or kill."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=clean | self.settings, stdout=log, stderr=log
            )
        wait_for(self._answers, 60)

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        with contextlib.suppress(OSError, http.client.HTTPException):
            return Visitor(self.url).get("/healthz").status == 200
        return False

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    def stop(self) -> int:
        """Ctrl-C. Returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def kill(self) -> None:
        """kill -9: web server, worker and the command that started them, all at once."""
        family = self.family()
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(family, 10)
        self.process.wait(10)

    # ------------------------------------------------------------------ its data

    @cached_property
    def app(self) -> Flask:
        """An application of the test's own on the same data; what it hands to the worker is lost."""
        return create_app(Settings.from_environment(self.settings), testing=True)

    @contextlib.contextmanager
    def indoors(self) -> Iterator[Make]:
        """The test stands in the portal's application context, with its factories."""
        with self.app.app_context():
            yield Make(self.app)
            db.session.remove()
            db.engine.dispose()

    def visitor(self, member: Any = None, *, language: str = "en") -> Visitor:
        """A browser outside, signed in as this member or a stranger's. Call it indoors."""
        kept, raw = {}, secrets.token_hex(20)
        kept["csrf_token"] = raw
        if member is not None:
            kept |= {"_user_id": Make(self.app).session_token(member), "_fresh": True}
        interface: Any = self.app.session_interface
        cookie = interface.get_signing_serializer(self.app).dumps(kept)
        token = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(raw)
        return Visitor(self.url, f"portal={cookie}", str(token), language)


@contextlib.contextmanager
def served(folder: Path, url: str = "", **settings: str) -> Iterator[Served]:
    """A portal that answers (on SQLite unless ``url`` names a database); at the end nothing of it is left running."""
    portal = Served(url or f"sqlite:///{folder / 'portal.sqlite'}", folder, **settings)
    portal.start()
    try:
        yield portal
    finally:
        if portal.process.poll() is None:
            portal.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                portal.process.wait(30)
        portal.kill()


def wait_for(fact: Callable[[], Any], seconds: float = 30, every: float = 0.1) -> Any:
    """What ``fact`` answers as soon as it is true; AssertionError when it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := fact():
            return found
        time.sleep(every)
    raise AssertionError(f"waited {seconds:.0f} seconds in vain")


def sentence_in(answer: Answer) -> str:
    """The words of a page or a toast, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
