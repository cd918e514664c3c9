"""Who gets what is tried, whose place is taken (``rules.testing`` says the same of one row), and who may be offered a free one."""

from __future__ import annotations

import sqlalchemy as sa

from portal.trials.models import Application, Decision, Tester, TesterState


def gets_it() -> sa.ColumnElement[bool]:
    """It arrived at their home, or is on its way there."""
    return sa.or_(Tester.sent_at.is_not(None), Tester.due_at.is_not(None))


def takes_seat() -> sa.ColumnElement[bool]:
    """The place is theirs, or was; whoever did not take it, or was excused before anything was sent, is named nowhere."""
    left = Tester.state.in_((TesterState.DECLINED, TesterState.LAPSED))
    got_nothing = sa.and_(Tester.state == TesterState.EXCUSED, sa.not_(gets_it()))
    return sa.not_(sa.or_(left, got_nothing))


def may_be_asked(trial_id: str) -> sa.ColumnElement[bool]:
    """A substitute of this trial, who can still be offered a place."""
    return sa.and_(
        Application.trial_id == trial_id,
        Application.decision == Decision.SUBSTITUTE,
        Application.withdrawn_at.is_(None),
    )
