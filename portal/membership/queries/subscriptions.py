"""What a member has running, or had."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import db
from portal.membership.models import State, Subscription
from portal.membership.models.paid import LIVE


def live_subscription(member_id: str) -> Subscription | None:
    """The one that runs, ends, waits in grace or rests."""
    statement = sa.select(Subscription).where(
        Subscription.member_id == member_id, Subscription.state.in_(LIVE)
    )
    return db.session.scalar(statement)


def last_subscription(member_id: str) -> Subscription | None:
    """The live one, or the last that had begun."""
    begun = sa.select(Subscription).where(
        Subscription.member_id == member_id,
        Subscription.state.not_in((State.PENDING, State.DROPPED)),
    )
    newest = begun.order_by(Subscription.state.in_(LIVE).desc(), Subscription.created_at.desc())
    return db.session.scalar(newest.limit(1))
