"""Names on the ballot as moderation sees them: members can report one."""

from __future__ import annotations

import sqlalchemy as sa

from portal.contests.models import Contest, Entry, EntryState
from portal.contests.rules.phases import NAMES_SHOWN, phase_of
from portal.contests.services import screening
from portal.core import clock
from portal.core.db import db
from portal.core.feature import ModerationTarget, TargetView
from portal.core.i18n import lazy as _l
from portal.core.links import path_to


def describe(ids: list[str]) -> dict[str, TargetView]:
    """What the queue shows of these names; one query. Those taken back are left out: nothing is left to decide."""
    statement = (
        sa.select(Entry, Contest)
        .join(Contest, Contest.id == Entry.contest_id)
        .where(Entry.id.in_(ids), Entry.state != EntryState.WITHDRAWN)
    )
    now = clock.now()
    return {
        entry.id: TargetView(
            target_id=entry.id,
            author_id=entry.member_id,
            title=contest.name,
            body=f"{entry.words}\n{entry.why}".strip(),
            url=path_to("contests.contest", slug=contest.slug, _anchor=f"entry-{entry.id}"),
            public=entry.state is EntryState.STANDING and phase_of(contest, now) in NAMES_SHOWN,
        )
        for entry, contest in db.session.execute(statement)
    }


def state_of(entry_id: str) -> str:
    """The present state, as moderation remembers it."""
    found = db.session.scalar(sa.select(Entry.state).where(Entry.id == entry_id))
    return found.value if found else ""


ENTRY = ModerationTarget(
    kind=screening.KIND,
    label=_l("Name in a contest"),
    describe=describe,
    hold=screening.hold_entry,
    state_of=state_of,
    approve=screening.keep,
    hide=screening.take_down,
    restore=screening.put_back,
)
