"""The command line of the house itself: serve, web, worker, db."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from config import ROOT, Settings
from portal.core import jobs, migrations
from portal.core.lifeline import end_with_parent
from portal.core.sms.cli import texts

STOP_SECONDS = 20
#: the C library of most Linux systems keeps, for each thread, blocks as large as the largest ever freed: 64 threads that
#: once looked at a 20 MB photo would hold a gigabyte. With a fixed threshold large blocks go back to the system at once;
#: two arenas instead of sixteen keep the threads from each hoarding small ones. granian brings an allocator of its own
#: for what it receives and sends; the last line tells that one the same.
FRUGAL = {
    "MALLOC_MMAP_THRESHOLD_": str(1024 * 1024),
    "MALLOC_ARENA_MAX": "2",
    "_RJEM_MALLOC_CONF": "narenas:1,tcache:false",
}

#: how ``serve`` starts the other two: they end when it does, even when it is killed
PARENT = click.option("--parent", type=int, hidden=True)


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Run web server and worker together; Ctrl-C (or SIGTERM) stops both cleanly.

    If one of the two dies, the other is stopped too and the exit code says so: a supervisor restarts the pair.
    """
    settings: Settings = current_app.config["PORTAL"]
    _refuse_taken_port(settings)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    click.echo(f"The portal opens at {settings.base_url} (Ctrl-C stops it)")
    children = [_start("web"), _start("worker")]
    while not stopping.is_set() and all(child.poll() is None for child in children):
        stopping.wait(0.2)
    failed = not stopping.is_set()
    _stop(children)
    sys.exit(1 if failed else 0)


@click.command("web")
@PARENT
def web(parent: int | None) -> None:
    """Run only the web server (granian, WSGI)."""
    os.chdir(ROOT)
    command = [sys.executable, "-m", "portal.core.server", "wsgi:app"]
    if parent:
        command += ["--parent", str(parent)]
    os.execve(sys.executable, command, FRUGAL | os.environ)


@click.command("worker")
@PARENT
@with_appcontext
def worker(parent: int | None) -> None:
    """Run only the worker: jobs as they come, sweeps every minute, and once now for what was missed."""
    if parent:
        end_with_parent(parent)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    jobs.run_sweeps()
    consumer = app.extensions["huey"].create_consumer(
        workers=2, worker_type="thread", initial_delay=0.1, max_delay=1.0, check_worker_health=True
    )
    consumer.run()


def _refuse_taken_port(settings: Settings) -> None:
    """Two servers would silently share the port and answer in turns."""
    with contextlib.suppress(OSError), socket.create_connection((settings.host, settings.port), timeout=1):
        raise click.ClickException(
            f"Something already answers on {settings.host}:{settings.port}. Stop it, or choose another PORTAL_PORT."
        )


def _start(name: str) -> subprocess.Popen[bytes]:
    """A child in its own process group, so that Ctrl-C reaches only us and we stop it in order."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", name, "--parent", str(os.getpid())]
    return subprocess.Popen(command, cwd=ROOT, env=FRUGAL | os.environ, start_new_session=True)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGINT if child is children[-1] else signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Whatever is left of the child's group: the web server's processes outlive it when somebody kills it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def install(app: Flask) -> None:
    for command in (serve, web, worker, migrations.command, texts):
        app.cli.add_command(command)
