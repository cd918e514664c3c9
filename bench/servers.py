"""Starts servers under the production command on free ports, and stops them."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

from config import ROOT, Settings
from portal.core.commands import FRUGAL

SECRET = "a-key-for-measurements-only-0123456789abcdef"


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a portal whose data lies in ``folder``."""
    return {
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_DATA_KEYS": SECRET,
        "PORTAL_MAIL_URL": "smtp://127.0.0.1:9",
        "PORTAL_LOG_LEVEL": "error",
    } | {f"PORTAL_{name}": value for name, value in more.items()}


def settings(folder: Path, **more: str) -> Settings:
    return Settings.from_environment(environment(folder, **more))


@contextlib.contextmanager
def running(target: str, folder: Path, **more: str) -> Iterator[tuple[int, psutil.Process]]:
    """The production server for ``target`` (module:app); yields its port and its process."""
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.core.server", target],
        cwd=ROOT,
        env=FRUGAL | clean | environment(folder, PORT=str(port), **more),
    )
    try:
        _wait_until_up(port)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def printed_by(module: str, folder: Path) -> bytes:
    """What this module of the bench prints when it is run in the environment of ``folder``."""
    command = [sys.executable, "-m", module]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment(folder), check=True, capture_output=True
    ).stdout


def memory(process: psutil.Process) -> dict[str, float]:
    """Memory of the server's processes together, in MB (10⁶ bytes). Linux only.

    ``pss``: what they really take; a page that several processes share is divided among them. ``rss_sum``: what a plain
    look at each process adds up to; a shared page is counted once for each of them.
    """
    found = [member.memory_full_info() for member in (process, *process.children(recursive=True))]
    return {
        "pss": round(sum(one.pss for one in found) / 1e6, 1),
        "rss_sum": round(sum(one.rss for one in found) / 1e6, 1),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not come up within 30 seconds")
