"""Messages in the inbox."""

from __future__ import annotations

from typing import Any

from portal.core import clock
from portal.core.db import db, new_id
from portal.notifications.models import Notification, Touch, TouchState


def notification(member: Any = None, **facts: Any) -> Notification:
    """One unread message, of a kind that moderation registers."""
    from tests.factories.accounts import member as make_member

    owner = member or make_member()
    db.session.flush()
    values: dict[str, Any] = {
        "id": new_id(),
        "member_id": owner.id,
        "kind": "moderation.report_decided",
        "group_key": new_id(),
        "path": "/inbox",
        "facts": {"outcome": "kept", "target": "profile"},
        "count": 1,
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }
    row = Notification(**{**values, **facts})
    db.session.add(row)
    return row


def touch(member: Any = None, **facts: Any) -> Touch:
    """Something that the brand told this member just now, of a kind that the stories register."""
    from tests.factories.accounts import member as make_member

    owner, now = member or make_member(), clock.now()
    db.session.flush()
    values: dict[str, Any] = {
        "member_id": owner.id,
        "kind": "stories.news",
        "group_key": new_id(),
        "path": "/stories",
        "facts": {"text": "新工坊今天开门了。"},
        "state": TouchState.MADE,
        "created_at": now,
        "due_at": now,
        "expires_at": now,
        "made_at": now,
    }
    row = Touch(**{**values, **facts})
    db.session.add(row)
    return row
