"""One trial: for staff with its drafts, for everybody else as soon as it is published; what it asks, and when its result is told."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.brand.queries import current as current_brand
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.trials.models import Aspect, Question, Trial
from portal.trials.rules import phases


def get_trial_for_staff(slug: str) -> Trial:
    """For staff, drafts too. One query. Raises NotFound."""
    return _found(sa.select(Trial).where(Trial.slug == slug))


def get_trial(slug: str) -> Trial:
    """As everybody may see it. One query. Raises NotFound, for drafts too."""
    return _found(sa.select(Trial).where(Trial.slug == slug, Trial.published_at.is_not(None)))


def questions_of(trial_id: str) -> list[Question]:
    """What is asked of who applies, in order. One query."""
    asked = sa.select(Question).where(Question.trial_id == trial_id).order_by(Question.position)
    return list(db.session.scalars(asked))


def aspects_of(trial_id: str) -> list[Aspect]:
    """What reports rate, in order. One query."""
    rated = sa.select(Aspect).where(Aspect.trial_id == trial_id).order_by(Aspect.position)
    return list(db.session.scalars(rated))


def told_by(trial: Trial) -> datetime:
    """When the result is told at the latest: working days are those of the shop."""
    return phases.told_by(clock.in_zone(trial.closes_at, current_brand().time_zone))


def _found(statement: sa.Select[Trial]) -> Trial:
    found = db.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_("There is no such trial."))
    return found
