"""Messages put into words, at the moment and in the language of reading."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.installation import registry
from portal.core.links import path_to
from portal.notifications.models import Notification

log = logging.getLogger(__name__)


def _mail_stopped(facts: dict[str, Any], count: int) -> str:
    return _("Mail to you came back, so we stopped writing. Your address may need a look.")


MAIL_STOPPED = NotificationKind(
    "notifications.mail_stopped",
    "mail-x",
    _mail_stopped,
    _l("because you would not hear of it by mail"),
    label=_l("When mail to you comes back"),
    initiative=Initiative.TRANSACTIONAL,
)
#: mail that gathers messages; no message of its own, so no feature registers it
DIGEST = NotificationKind(
    "notifications.digest",
    "mails",
    lambda facts, count: "",
    _l("because you chose to get your messages gathered"),
    label=_l("Gathered mail"),
    mail=True,
)


@dataclass(frozen=True)
class Message:
    """A notification as its reader sees it. ``certain``: it comes whatever the reader chose."""

    id: str
    icon: str
    text: str
    reason: str
    change_path: str
    certain: bool
    path: str
    at: datetime
    unread: bool


def kind_named(name: str) -> NotificationKind:
    """The registered kind. LookupError when no feature knows it: a message nobody could read."""
    found = registry().kinds.get(name)
    if found is None:
        raise LookupError(f"no feature registered the notification kind {name!r}")
    return found


def stoppable_kinds() -> list[NotificationKind]:
    """The kinds that members decide about, those of people first."""
    kinds = [kind for kind in registry().kinds.values() if kind.initiative is not Initiative.TRANSACTIONAL]
    return sorted(kinds, key=lambda kind: kind.initiative is Initiative.BRAND)


def certain_kinds() -> list[NotificationKind]:
    """The kinds that always come."""
    return [kind for kind in registry().kinds.values() if kind.initiative is Initiative.TRANSACTIONAL]


def row_of(kind: str) -> str:
    """The id of a kind's row where members choose."""
    return f"kind-{kind.replace('.', '-')}"


def chosen_at(kind: str) -> str:
    """The path where a member reads why this kind comes, and decides whether it shall. Letters about the account itself
    (no kind of ours) share one row."""
    known = kind in registry().kinds or kind == DIGEST.name
    return path_to("notifications.choices", _anchor=row_of(kind if known else "account"))


def spoken(notification: Notification) -> Message:
    """The message in the language in force. One whose feature is gone, or forgot its facts, still opens."""
    kind = registry().kinds.get(notification.kind)
    return Message(
        id=notification.id,
        icon=kind.icon if kind else "bell",
        text=said(notification.kind, notification.facts, notification.count),
        reason=str(kind.reason) if kind else "",
        change_path=chosen_at(notification.kind),
        certain=kind is not None and kind.initiative is Initiative.TRANSACTIONAL,
        path=notification.path,
        at=notification.updated_at,
        unread=notification.read_at is None,
    )


def said(kind: str, facts: dict[str, Any], count: int = 1) -> str:
    """A message's words in the language in force; a general sentence when its feature is gone or forgot its facts."""
    registered = registry().kinds.get(kind)
    text = _text(registered, facts, count) if registered else ""
    return text or _("Something happened here.")


def _text(kind: NotificationKind, facts: dict[str, Any], count: int) -> str:
    try:
        return kind.text(facts, count)
    except (KeyError, TypeError, ValueError):
        log.exception("the kind %s cannot put its facts into words", kind.name)
        return ""
