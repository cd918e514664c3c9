"""Logs with a request id on every line: readable text, or one JSON object a line for collectors."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

from portal.core.db import new_id

log = logging.getLogger("portal.request")

_GIVEN = re.compile(r"[0-9A-Za-z._-]{8,64}")
_SLOW_SECONDS = 1.0
#: the part of an address that is as good as a password: the link in a letter
SECRET_ARGUMENT = "token"  # noqa: S105 the name of it


class _RequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id() if has_request_context() else "-"
        return True


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def request_id() -> str:
    """The id of this request: the proxy's X-Request-ID when it is sane, else one of ours."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _GIVEN.fullmatch(given) else new_id()
    return g.request_id


def install(app: Flask) -> None:
    """Write logs to standard error; note writes, failures and slow requests (not every page view)."""
    settings = app.config["PORTAL"]
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_RequestId())
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")
    handler.setFormatter(_Json() if settings.log_format == "json" else text)
    root = logging.getLogger("portal")
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    root.propagate = app.testing

    @app.before_request
    def start_watch() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def note_request(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        if request.method != "GET" or response.status_code >= 500 or seconds > _SLOW_SECONDS:
            response.headers["X-Request-ID"] = request_id()
            log.info("%s %s %s %.0f ms", request.method, _path(), response.status_code, seconds * 1000)
        return response


def _path() -> str:
    """The path as it was sent: on one line, and without what would let a reader of the log in."""
    path = request.path
    if secret := (request.view_args or {}).get(SECRET_ARGUMENT):
        path = path.replace(secret, "...")
    return quote(path)
