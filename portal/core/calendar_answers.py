"""A calendar as the answer to whoever opens or follows it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import make_response, request
from werkzeug.wrappers import Response

from portal.core import calendar
from portal.core.calendar import Entry, House
from portal.core.web import VARY


def answer(entries: Sequence[Entry], *, house: House, name: str = "", file: str = "") -> Response:
    """The calendar, or 304 for who has it as it is. Programs that follow one ask every hour.

    ``name`` is that of a calendar that is followed, ``file`` that of one that is put into another.
    """
    tag = calendar.fingerprint(entries, house=house, name=name)
    known = request.if_none_match.contains_weak(tag)
    body = "" if known else calendar.written(entries, house=house, name=name)
    response = make_response(body, 304 if known else 200)
    response.set_etag(tag, weak=True)
    response.headers["Vary"] = VARY
    response.headers["Cache-Control"] = "private, no-cache"
    if not known:
        response.content_type = f"{calendar.TYPE}; charset=utf-8"
    if file:
        response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response
