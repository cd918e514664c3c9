"""How a member's trials ended, from which reliability follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from portal.core.db import db
from portal.trials.models import Mark, Tester, TesterState


def marks_of(member_ids: Iterable[str]) -> dict[str, list[Mark]]:
    """What counts for each of them, the newest first; what was excused afterwards does not count. One query."""
    counted = sa.select(Mark).join(Tester, Tester.id == Mark.tester_id)
    theirs = Mark.member_id.in_(list(member_ids)), Tester.state != TesterState.EXCUSED
    found: dict[str, list[Mark]] = defaultdict(list)
    for mark in db.session.scalars(counted.where(*theirs).order_by(Mark.at.desc(), Mark.id)):
        found[mark.member_id].append(mark)
    return found
