"""Names that nobody read before the vote began: they are not on the ballot, and whoever gave them is told so."""

from __future__ import annotations

import sqlalchemy as sa

from portal.contests.models import Contest, Entry, EntryState
from portal.contests.queries.names import entries_on_ballot
from portal.contests.rules.phases import NAMES_SHOWN, phase_of
from portal.contests.services import telling
from portal.contests.services.making import KIND, hold
from portal.core import audit, clock
from portal.core.db import db


def settle_unread(contest: Contest) -> int:
    """No name waits any more once members vote; returns how many did. Everybody who gave one is told what became of it.

    A name that stands already, because others gave it too, stands for these as well, with the words that staff did read. Before
    the vote, and when the contest was called off, nothing happens. Audited.
    """
    contest = hold(contest, None)
    if phase_of(contest, clock.now()) not in NAMES_SHOWN:
        return 0
    waiting = sa.select(Entry).where(Entry.contest_id == contest.id, Entry.state == EntryState.WAITING)
    held = waiting.order_by(Entry.id).with_for_update().execution_options(populate_existing=True)
    rows = list(db.session.scalars(held))
    if not rows:
        return 0
    on_ballot = {one.key: one for one in entries_on_ballot(contest.id)}
    for one in rows:
        same = on_ballot.get(one.key)
        if same is not None:
            one.state, one.words, one.why = EntryState.STANDING, same.words, ""
        else:
            one.state = EntryState.UNREAD
        one.version += 1
    db.session.flush()
    audit.record("contest.settled", by=None, target_kind=KIND, target_id=contest.id, entries=len(rows))
    telling.tell_screened(contest, rows)
    return len(rows)


def due(limit: int) -> list[str]:
    """Contests whose vote began while names still wait, the longest ago first."""
    waits = sa.exists().where(Entry.contest_id == Contest.id, Entry.state == EntryState.WAITING)
    statement = sa.select(Contest.id).where(
        Contest.published_at.is_not(None),
        Contest.cancelled_at.is_(None),
        Contest.counted_at.is_(None),
        Contest.vote_from <= clock.now(),
        waits,
    )
    return list(db.session.scalars(statement.order_by(Contest.vote_from, Contest.id).limit(limit)))
