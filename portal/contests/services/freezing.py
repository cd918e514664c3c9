"""The rules freeze when a contest opens: what holds is written down once, with its hash, and the database refuses any change."""

from __future__ import annotations

import sqlalchemy as sa

from portal.contests.models import Contest, ContestRules
from portal.contests.queries.book import rules_of
from portal.contests.rules import making, proof
from portal.contests.services.making import hold
from portal.core import clock
from portal.core.db import db, insert_once
from portal.core.errors import Conflict
from portal.core.i18n import _


def freeze(contest: Contest) -> ContestRules:
    """The rules as they stand at the opening; what is frozen stays. Raises Conflict before the contest opens, and for one that
    nobody sees or that was called off before."""
    contest = hold(contest, None)
    found = rules_of(contest.id)
    if found is not None:
        return found
    if not _has_opened(contest):
        raise Conflict(_("The contest has not begun yet."))
    content = making.rules_content(contest, proof.sha(contest.secret))
    insert_once(
        ContestRules,
        contest_id=contest.id,
        rules=content,
        hash=proof.sha(proof.canonical(content)),
        frozen_at=clock.now(),
    )
    frozen = rules_of(contest.id)
    assert frozen is not None
    return frozen


def is_due(contest: Contest) -> bool:
    """Whether the rules should be frozen by now, and are not."""
    return _has_opened(contest) and rules_of(contest.id) is None


def due(limit: int) -> list[str]:
    """Contests that opened and whose rules nobody wrote down yet, the longest open first."""
    statement = (
        sa.select(Contest.id)
        .outerjoin(ContestRules, ContestRules.contest_id == Contest.id)
        .where(
            Contest.published_at.is_not(None),
            Contest.cancelled_at.is_(None),
            Contest.opens_at <= clock.now(),
            ContestRules.contest_id.is_(None),
        )
    )
    return list(db.session.scalars(statement.order_by(Contest.opens_at, Contest.id).limit(limit)))


def _has_opened(contest: Contest) -> bool:
    seen = contest.published_at is not None and contest.cancelled_at is None
    return seen and contest.opens_at <= clock.now()
