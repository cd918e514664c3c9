"""Members with early access, and what they were told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.i18n import in_language
from portal.membership.models import Perk, SpanKind
from portal.membership.services import spans
from portal.notifications.models import Notification
from portal.notifications.speech import said
from tests.make import Make

SECRET = "https://shop.example/only-when-it-opens"


def early_member(make: Make, hours: int) -> Any:
    """A member with so many hours of early access, for a year."""
    member, tier = make.member(), make.tier(perks={Perk.EARLY_ACCESS_HOURS: hours})
    now = clock.now() - timedelta(days=1)
    with transaction():
        spans.give(member.id, tier.id, SpanKind.CODE, starts_at=now, ends_at=now + timedelta(days=400))
    return member


def told(member_id: str, kind: str) -> list[str]:
    """The sentences of this kind in a member's inbox."""
    db.session.rollback()
    mine = sa.select(Notification).where(
        Notification.member_id == member_id, Notification.kind == f"drops.{kind}"
    )
    with in_language("en"):
        return [said(one.kind, one.facts) for one in db.session.scalars(mine.order_by(Notification.id))]
