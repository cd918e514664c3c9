"""The timeline of a member's membership: lines are only added."""

from __future__ import annotations

from typing import Any

from portal.core import clock
from portal.core.db import db, new_id
from portal.membership.models import Happened, MembershipEvent


def note(member_id: str, what: Happened, **facts: Any) -> None:
    """Add a line, now. ``facts`` are plain values: ids, numbers, times as ISO 8601."""
    db.session.add(MembershipEvent(id=new_id(), member_id=member_id, what=what, facts=facts, at=clock.now()))
    db.session.flush()
