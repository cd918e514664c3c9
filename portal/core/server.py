"""The web server: granian with a few processes that answer, each with many threads, so that slow phones block nobody.

``flask web`` becomes ``python -m portal.core.server wsgi:app``. On Linux the application is read once, here, and the
processes that answer are forked from it: memory that they only read is there once, not once for each. Elsewhere
(macOS, where forking is not safe) each process reads the application itself.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import resource
import sys
from functools import partial
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels
from sqlalchemy.orm import configure_mappers
from werkzeug.utils import import_string

from config import Settings
from portal.core.lifeline import end_with_parent

#: open connections of each process. A browser keeps its connection long after its answer, and the server takes no new one
#: beyond this number: it counts people who are reading, not work, and must be far above the number of threads.
CONNECTIONS = 4096


def main() -> None:
    """Serve until SIGTERM or Ctrl-C. A process that dies is replaced; SIGHUP does not read new code: restart for that."""
    words = argparse.ArgumentParser(prog="portal.core.server")
    words.add_argument("target", help="module:application")
    words.add_argument("--parent", type=int, help="end when this process, our parent, is gone")
    told = words.parse_args()
    if told.parent:
        end_with_parent(told.parent)
    allow_open_files(2 * CONNECTIONS)
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
        read_once(told.target)
    server = production_server(Settings.from_environment(os.environ), told.target)
    server.serve(target_loader=partial(load, os.getpid()))


def production_server(settings: Settings, target: str) -> Any:
    """granian as it runs in production."""
    return Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(),
        http2_settings=HTTP2Settings(),
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    )


def allow_open_files(many: int) -> None:
    """Ask the system for as many open files as it grants, up to ``many``; connections are files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    granted = many if hard == resource.RLIM_INFINITY else min(many, hard)
    if soft != resource.RLIM_INFINITY and soft < granted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))


def read_once(target: str) -> None:
    """Make here what all processes need, before they are forked: modules, mappers, routes, templates.

    All of it is then hidden from the garbage collector, which writes into what it looks at: each process would soon
    have copied every page. No connection is opened here: a forked process must not share one.
    """
    app: Flask = import_string(target)
    configure_mappers()
    app.url_map.update()
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()


def load(parent: int, target: str) -> Any:
    """The application, asked for by each process that answers; it ends when the server's main process is gone."""
    end_with_parent(parent)
    return import_string(target)


if __name__ == "__main__":
    main()
