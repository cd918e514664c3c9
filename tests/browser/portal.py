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
    environment: dict[str, str]

    def flask(self, *arguments: str) -> str:
        """Run a command of the portal against the same data; returns what it printed."""
        return run([sys.executable, "-m", "flask", "--app", "wsgi", *arguments], self.environment)

    def python(self, module: str, *arguments: str) -> str:
        """Run a module of the tests against the same data; returns what it printed."""
        return run([sys.executable, "-m", module, *arguments], self.environment)


def environment_of(folder: Path, **settings: str) -> dict[str, str]:
    """Settings of a demo portal in ``folder``, without those of whoever runs the tests.

    One proxy is trusted, so that each visitor can have an address of their own (see ``visits.visit``).
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    ours = {"DEMO": "1", "DATA_DIR": str(folder), "TRUSTED_PROXIES": "1", "LOG_LEVEL": "warning"}
    ours |= {"TRANSFER_TO": "工商银行 6222 0000 0000 0000，户名 朝禾"} | settings
    return (
        clean | {"PYTHONDONTWRITEBYTECODE": "1"} | {f"PORTAL_{name}": value for name, value in ours.items()}
    )


def fill(folder: Path, demo: str = "") -> None:
    """Make an empty, migrated portal in the folder; ``demo`` is "small" (a part of the stories) or "whole"."""
    environment = environment_of(folder)
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    run([*flask, "db", "upgrade"], environment)
    if demo == "small":
        run([sys.executable, "-m", "tests.browser.small_demo"], environment)
    elif demo:
        run([*flask, "demo", "load"], environment)


@contextlib.contextmanager
def running(folder: Path, **settings: str) -> Iterator[RunningPortal]:
    """Serve what lies in the folder; stop as Ctrl-C does at the end."""
    port = free_port()
    environment = environment_of(folder, PORT=str(port), **settings)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    portal = RunningPortal(f"http://127.0.0.1:{port}", folder, environment)
    try:
        wait_until_up(portal, process)
        yield portal
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_up(portal: RunningPortal, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(portal.url + "/healthz", timeout=2).read()
            return
        time.sleep(0.1)
    raise RuntimeError(f"the portal did not come up:\n{(portal.folder / 'serve.log').read_text()}")


def run(command: list[str], environment: dict[str, str]) -> str:
    """A command that must succeed; what it said stands in the error when it does not."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def link_in(text: str) -> str:
    """The first address of the portal in a text, as a path."""
    found = re.search(r"https?://[^\s/]+(/\S+)", text)
    assert found, text
    return found[1]
