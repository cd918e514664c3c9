"""Reading the outbox of text messages."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core.db import db
from portal.core.paging import Page, keyset_page
from portal.core.sms.models import MessageState, TextMessage


def newest_texts(*, cursor: str | None) -> Page[TextMessage]:
    return keyset_page(sa.select(TextMessage), (TextMessage.created_at, TextMessage.id), cursor=cursor)


def states_since(moment: datetime) -> dict[str, int]:
    """How many messages written since then wait, were sent, and failed."""
    count = sa.func.count()
    rows = db.session.execute(
        sa.select(TextMessage.state, count)
        .where(TextMessage.created_at >= moment)
        .group_by(TextMessage.state)
    )
    found = {state.value: number for state, number in rows}
    return {state.value: found.get(state.value, 0) for state in MessageState}


def troubles_since(moment: datetime, *, limit: int = 20) -> list[tuple[datetime, int, str]]:
    """When, after how many tries and why messages did not go out (yet), the latest first."""
    troubled = sa.select(TextMessage.created_at, TextMessage.attempts, TextMessage.last_error).where(
        TextMessage.created_at >= moment, TextMessage.last_error != ""
    )
    rows = db.session.execute(troubled.order_by(TextMessage.created_at.desc(), TextMessage.id).limit(limit))
    return [(at, tries, why) for at, tries, why in rows]
