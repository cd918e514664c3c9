"""Messages in the inbox."""

from __future__ import annotations

from typing import Any

from portal.core import clock
from portal.core.db import db, new_id
from portal.notifications.models import Notification


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
