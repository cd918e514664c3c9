"""What stands between a member and their next win. Whoever chooses holds it, so two trials never choose one member at once.

Standings come after the trial and before testers. Of several members they are held together, by id.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState, StaffRole
from portal.core import clock
from portal.core.db import db, insert_missing
from portal.trials.models import Standing, Tester, TesterState
from portal.trials.rules.eligibility import BETWEEN_WINS, Reason
from portal.trials.rules.testing import PAUSE

_AT_ONCE = 500


def hold(member_ids: Iterable[str]) -> dict[str, Standing]:
    """The standings of these members as they are now, held until the transaction ends; a missing one is made. Two statements for
    each 500: first all that is missing, then all locks, both by member."""
    ids = sorted(set(member_ids))
    some = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
    for part in some:
        insert_missing(Standing, [{"member_id": member_id} for member_id in part])
    held: dict[str, Standing] = {}
    for part in some:
        mine = sa.select(Standing).where(Standing.member_id.in_(part)).order_by(Standing.member_id)
        rows = db.session.scalars(mine.with_for_update().execution_options(populate_existing=True))
        held |= {one.member_id: one for one in rows}
    return held


def claim(member_id: str, now: datetime | None = None) -> Reason | None:
    """Somebody is chosen: None when nothing stands between, and then it is written down; else why not.

    Holds their standing. In one trial several members may be claimed, when all were held before by :func:`hold`.
    """
    now = now or clock.now()
    standing = hold([member_id])[member_id]
    refused = _refusal(standing, now)
    if refused is None:
        standing.chosen_at = now
        db.session.flush()
    return refused


def release(standing: Standing, chosen_at: datetime) -> None:
    """The win of that moment came to nothing, so it stands in nobody's way."""
    if standing.chosen_at == chosen_at:
        standing.chosen_at = None
        db.session.flush()


def pause(standing: Standing, now: datetime) -> datetime:
    """A report is missing; returns until when they cannot apply."""
    standing.paused_until = now + PAUSE
    db.session.flush()
    return standing.paused_until


def end_pause(standing: Standing, now: datetime) -> None:
    """One report is missing no more: they rest as long as they would without it. What is missing began its rest when it ended."""
    missing = sa.select(sa.func.max(Tester.ended_at)).where(
        Tester.member_id == standing.member_id, Tester.state == TesterState.MISSING
    )
    last = db.session.scalar(missing)
    standing.paused_until = last + PAUSE if last is not None and last + PAUSE > now else None
    db.session.flush()


def _refusal(standing: Standing, now: datetime) -> Reason | None:
    works_here = sa.exists().where(StaffRole.member_id == Member.id).label("works_here")
    about = sa.select(Member.state, works_here).where(Member.id == standing.member_id)
    member = db.session.execute(about).one()
    if member.state is not MemberState.ACTIVE:
        return Reason.GONE
    if member.works_here:
        return Reason.STAFF
    if standing.paused_until is not None and standing.paused_until > now:
        return Reason.PAUSED
    if standing.chosen_at is not None and standing.chosen_at + BETWEEN_WINS > now:
        return Reason.WON
    return None
