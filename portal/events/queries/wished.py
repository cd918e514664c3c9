"""How often sessions are wished for, for the staff who draw them."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from portal.core.db import db
from portal.events.models import EventSession, SessionWish, WishOutcome


class Wished(NamedTuple):
    """So many wishes, so many of them the dearest one, so many that came true."""

    wishes: int
    dearest: int
    won: int


def wished_in(event_id: str) -> dict[str, Wished]:
    """By session; what nobody wishes for is left out. One query."""
    one = sa.func.count()
    statement = (
        sa.select(
            SessionWish.session_id,
            one,
            sa.func.sum(sa.case((SessionWish.rank == 1, 1), else_=0)),
            sa.func.sum(sa.case((SessionWish.outcome == WishOutcome.WON, 1), else_=0)),
        )
        .join(EventSession, EventSession.id == SessionWish.session_id)
        .where(EventSession.event_id == event_id)
        .group_by(SessionWish.session_id)
    )
    return {row[0]: Wished(row[1], row[2], row[3]) for row in db.session.execute(statement)}
