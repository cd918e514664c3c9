"""Messages put into words, at the moment and in the language of reading."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.feature import NotificationKind
from portal.core.i18n import _
from portal.core.installation import registry
from portal.notifications.models import Notification

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """A notification as its reader sees it."""

    id: str
    icon: str
    text: str
    reason: str
    path: str
    at: datetime
    unread: bool


def kind_named(name: str) -> NotificationKind:
    """The registered kind. LookupError when no feature knows it: a message nobody could read."""
    found = registry().kinds.get(name)
    if found is None:
        raise LookupError(f"no feature registered the notification kind {name!r}")
    return found


def spoken(notification: Notification) -> Message:
    """The message in the language in force. One whose feature is gone, or forgot its facts, still opens."""
    kind = registry().kinds.get(notification.kind)
    text = kind and _text(kind, notification.facts, notification.count)
    return Message(
        id=notification.id,
        icon=kind.icon if kind else "bell",
        text=text or _("Something happened here."),
        reason=str(kind.reason) if kind else "",
        path=notification.path,
        at=notification.updated_at,
        unread=notification.read_at is None,
    )


def _text(kind: NotificationKind, facts: dict[str, Any], count: int) -> str:
    try:
        return kind.text(facts, count)
    except (KeyError, TypeError, ValueError):
        log.exception("the kind %s cannot put its facts into words", kind.name)
        return ""
