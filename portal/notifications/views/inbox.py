"""The inbox: what happened, newest first, and that it was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand.queries import shop_day
from portal.core import clock
from portal.core.access import Viewer, members, the_viewer, viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, go, page, safe_path, wants_fragment
from portal.notifications import queries, services
from portal.notifications.speech import Message, spoken
from portal.notifications.views.blueprint import bp


@dataclass(frozen=True)
class Day:
    """The messages of one calendar day (shop time)."""

    day: date
    moment: datetime
    is_today: bool
    messages: list[Message]


def unread() -> int:
    """The number on the bell: one cheap question, only for somebody signed in."""
    me = viewer()
    return queries.unread_count(me.id) if me else 0


@bp.get("/inbox")
@members
def inbox() -> Response:
    cursor = request.args.get("after")
    return page(
        "notifications/inbox.html", block="inbox_page" if cursor else None, **_context(the_viewer(), cursor)
    )


@bp.post("/inbox/read")
@members
@TAPPING
def read_all() -> Response:
    me = the_viewer()
    with transaction():
        services.mark_all_read(by=me)
    return done(
        url_for(".inbox"),
        _("Everything is read."),
        fragment=lambda: page("notifications/inbox.html", block="inbox", oob=True, **_context(me, None)),
    )


@bp.post("/inbox/<notification_id>/read")
@members
@TAPPING
def read(notification_id: str) -> Response:
    """Mark one message without opening it."""
    me = the_viewer()
    notification = queries.get_notification(notification_id, member_id=me.id)
    with transaction():
        services.mark_read(notification, by=me)
    if wants_fragment():
        return page("notifications/marked.html", message=spoken(notification), oob=True)
    return go(url_for(".inbox", _anchor=f"notification-{notification_id}"))


@bp.post("/inbox/<notification_id>/open")
@members
@TAPPING
def open_message(notification_id: str) -> Response:
    """Mark one message and lead to what it is about. A POST, so that nothing that only looks marks it."""
    me = the_viewer()
    notification = queries.get_notification(notification_id, member_id=me.id)
    path = safe_path(notification.path, url_for(".inbox"))
    with transaction():
        services.mark_read(notification, by=me)
    return go(path)


def _context(me: Viewer, cursor: str | None) -> dict[str, Any]:
    found = queries.inbox(me.id, cursor=cursor)
    days = _by_day([spoken(notification) for notification in found.items])
    more_url = None
    if found.next_cursor:
        more_url = url_for(".inbox", after=found.next_cursor, day=days[-1].day.isoformat())
    return {"days": days, "more_url": more_url, "day_above": request.args.get("day", "") if cursor else ""}


def _by_day(messages: Iterable[Message]) -> list[Day]:
    today = shop_day(clock.now())
    grouped = [
        (day, list(group)) for day, group in groupby(messages, key=lambda message: shop_day(message.at))
    ]
    return [Day(day, group[0].at, day == today, group) for day, group in grouped]
