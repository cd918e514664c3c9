"""The worker's part in contests: rules freeze when one opens, no name waits once members vote, and votes are counted when it
closes."""

from __future__ import annotations

import logging

from portal.contests.models import Contest
from portal.contests.services import counting, freezing, settling
from portal.core.db import db, transaction
from portal.core.jobs import periodic

log = logging.getLogger(__name__)

AT_ONCE = 20


@periodic(minutes=1)
def freeze_rules() -> None:
    """Each contest in a transaction of its own: one that fails stands in nobody's way."""
    for contest_id in freezing.due(AT_ONCE):
        try:
            with transaction():
                freezing.freeze(db.session.get_one(Contest, contest_id))
        except Exception:
            log.exception("contests: freezing the rules of %s failed", contest_id)


@periodic(minutes=1)
def settle_names() -> None:
    for contest_id in settling.due(AT_ONCE):
        try:
            with transaction():
                settling.settle_unread(db.session.get_one(Contest, contest_id))
        except Exception:
            log.exception("contests: settling the names of %s failed", contest_id)


@periodic(minutes=1)
def count_votes() -> None:
    for contest_id in counting.due(AT_ONCE):
        try:
            with transaction():
                counting.count(db.session.get_one(Contest, contest_id))
        except Exception:
            log.exception("contests: counting %s failed", contest_id)
