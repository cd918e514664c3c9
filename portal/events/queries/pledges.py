"""The wall of pledges: what everybody reads, and one's own."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries.distance import leave_out
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.paging import Page, keyset_page
from portal.events.models import Event, Pledge, PledgeState

ON_PAGE = 24


@dataclass(frozen=True, slots=True)
class Tag:
    """A pledge and who made it."""

    pledge: Pledge
    member: Member


def wall_of(
    event: Event, viewer: Viewer | None, *, cursor: str | None = None, limit: int = ON_PAGE
) -> Page[Tag]:
    """What others may read, newest first; nothing of people who are kept apart from who reads. One query."""
    statement = (
        sa.select(Pledge, Member, Pledge.at, Pledge.id)
        .join(Member, Member.id == Pledge.member_id)
        .where(Pledge.event_id == event.id, Pledge.state == PledgeState.SHOWN)
    )
    statement = leave_out(statement, viewer, Pledge.member_id)
    page = keyset_page(statement, (Pledge.at, Pledge.id), cursor=cursor, limit=limit, scalars=False)
    return Page([Tag(row[0], row[1]) for row in page.items], page.next_cursor)


def own(event: Event, viewer: Viewer | None) -> Pledge | None:
    """What this member said here, also while others do not read it. One query, none for visitors."""
    if viewer is None:
        return None
    mine = sa.select(Pledge).where(
        Pledge.event_id == event.id, Pledge.member_id == viewer.id, Pledge.state != PledgeState.DELETED
    )
    return db.session.scalar(mine.execution_options(populate_existing=True))


def count_of(event_id: str) -> int:
    shown = sa.select(sa.func.count()).where(Pledge.event_id == event_id, Pledge.state == PledgeState.SHOWN)
    return db.session.scalar(shown) or 0
