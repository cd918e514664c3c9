"""A portal of its own for browser tests: the real serve command (web server and worker) on a free port."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config import ROOT


@dataclass(frozen=True)
class RunningPortal:
    """Where it answers and where its data lies."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    def flask(self, *arguments: str) -> str:
        """Run a command of the portal against the same data; returns what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True, timeout=300
        )
        return done.stdout


@contextlib.contextmanager
def running(folder: Path, *, demo_data: bool = False, **settings: str) -> Iterator[RunningPortal]:
    """Migrate, optionally load the demo, serve; stop with Ctrl-C at the end."""
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment = clean | {
        "PORTAL_DEMO": "1",
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_PORT": str(port),
        "PORTAL_LOG_LEVEL": "warning",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment |= {f"PORTAL_{name}": value for name, value in settings.items()}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=environment, check=True, timeout=120)
    if demo_data:
        subprocess.run([*flask, "demo", "load"], cwd=ROOT, env=environment, check=True, timeout=400, stdout=subprocess.DEVNULL)
    process = subprocess.Popen([*flask, "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    portal = RunningPortal(f"http://127.0.0.1:{port}", folder, process, environment)
    try:
        wait_until_up(portal.url)
        yield portal
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_up(url: str, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url + "/healthz", timeout=2).read()
            return
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not come up")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def link_in(text: str) -> str:
    """The first address of the portal in a letter's text."""
    found = re.search(r"https?://[^\s/]+(/\S+)", text)
    assert found, text
    return found[1]
