"""Pledges as moderation sees them."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import db, lock_row
from portal.core.feature import ModerationTarget, TargetView
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.events.models import Event, Pledge, PledgeState
from portal.events.services import pledges


def describe(ids: list[str]) -> dict[str, TargetView]:
    """What the queue shows of these pledges; one query. Deleted ones are left out: nothing is left to decide."""
    statement = (
        sa.select(Pledge, Event)
        .join(Event, Event.id == Pledge.event_id)
        .where(Pledge.id.in_(ids), Pledge.state != PledgeState.DELETED)
    )
    return {
        pledge.id: TargetView(
            target_id=pledge.id,
            author_id=pledge.member_id,
            title=event.name,
            body=pledge.words,
            url=path_to("events.pledges", slug=event.slug, _anchor=f"pledge-{pledge.id}"),
            public=pledge.state is PledgeState.SHOWN and event.is_public,
        )
        for pledge, event in db.session.execute(statement)
    }


def hold(pledge_id: str) -> None:
    lock_row(Pledge, pledge_id)


def state_of(pledge_id: str) -> str:
    """The present state, as moderation remembers it."""
    found = db.session.scalar(sa.select(Pledge.state).where(Pledge.id == pledge_id))
    return found.value if found else ""


PLEDGE = ModerationTarget(
    kind=pledges.KIND,
    label=_l("Pledge"),
    describe=describe,
    hold=hold,
    state_of=state_of,
    approve=pledges.approve,
    hide=pledges.hide,
    restore=pledges.restore,
)
