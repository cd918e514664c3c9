"""Reads of the studio: all trials, which results are overdue, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.core.paging import Page, keyset_page
from portal.trials.models import Application, Decision, Report, ReportState, Tester, Trial
from portal.trials.queries.trials import told_by
from portal.trials.rules.phases import Phase, phase_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How many applied and are out after all; how many were graded by two, decided on, offered a seat, and reported."""

    applied: int
    barred: int
    graded: int
    picked: int
    substitutes: int
    testers: int
    reports: int

    @property
    def eligible(self) -> int:
        return self.applied - self.barred


def all_trials(*, cursor: str | None) -> Page[Trial]:
    """Whatever opens last stands first. One query."""
    return keyset_page(sa.select(Trial), (Trial.opens_at, Trial.id), cursor=cursor)


def is_late(trial: Trial, now: datetime) -> bool:
    """The result should have been told, and was not."""
    undecided = phase_of(trial, now) in (Phase.CLOSED, Phase.PICKING)
    return undecided and now > told_by(trial)


def results_to_tell() -> sa.Select[int]:
    """How many trials took their last application and wait to be decided."""
    return sa.select(sa.func.count()).where(
        Trial.published_at.is_not(None),
        Trial.closes_at <= clock.now(),
        Trial.chosen_at.is_(None),
        Trial.cancelled_at.is_(None),
    )


def progress_of(trial_id: str) -> Progress:
    """One query."""
    there = sa.and_(Application.trial_id == trial_id, Application.withdrawn_at.is_(None))
    in_it = Application.barred == ""
    testers = sa.select(sa.func.count()).where(Tester.trial_id == trial_id).scalar_subquery()
    reports = (
        sa.select(sa.func.count())
        .where(Report.trial_id == trial_id, Report.state != ReportState.DRAFT)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(Application.barred != ""),
            sa.func.count().filter(in_it, Application.grade.is_not(None)),
            sa.func.count().filter(Application.decision == Decision.PICKED),
            sa.func.count().filter(Application.decision == Decision.SUBSTITUTE),
            testers,
            reports,
        )
        .select_from(Application)
        .where(there)
    ).one()
    return Progress(*row)
