"""How long messages are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.core.db import discard_rows
from portal.core.feature import Retention
from portal.core.i18n import lazy as _l
from portal.notifications.models import Bounce, Notification, Touch, TouchState

MESSAGES_KEPT = timedelta(days=365)
#: long enough to answer "what did you send me this year?"
TOUCHES_KEPT = timedelta(days=400)


def _old_messages(before: datetime, most: int) -> int:
    return discard_rows(Notification, Notification.updated_at < before, most=most)


def _old_touches(before: datetime, most: int) -> int:
    """What waits is never old."""
    return discard_rows(Touch, (Touch.created_at < before) & (Touch.state != TouchState.WAITING), most=most)


def _old_bounces(before: datetime, most: int) -> int:
    return discard_rows(Bounce, Bounce.at < before, most=most)


RETENTION = (
    Retention(_l("Messages in your inbox"), MESSAGES_KEPT, _old_messages),
    Retention(_l("Times we wrote to you of our own accord"), TOUCHES_KEPT, _old_touches),
    Retention(_l("Mail to you that came back"), MESSAGES_KEPT, _old_bounces),
)
