"""Reading surveys: one's own, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.core.timeline import moments
from portal.core.words import spoken
from portal.surveys.models import Survey, SurveyAnswer, SurveyInvitation

#: a mean of fewer answers says more about chance than about the day
LEAST = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A survey in the list of staff."""

    survey: Survey
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Results:
    """How many gave which score, all that were asked, and the mean once there are enough answers."""

    asked: int
    by_score: dict[int, int]

    @property
    def answered(self) -> int:
        return sum(self.by_score.values())

    @property
    def most(self) -> int:
        return max(self.by_score.values())

    @property
    def mean(self) -> float | None:
        if self.answered < LEAST:
            return None
        return sum(score * number for score, number in self.by_score.items()) / self.answered


def get_asked(survey_id: str, member_id: str) -> tuple[Survey, SurveyAnswer | None]:
    """A survey as somebody who was asked sees it, with their answer. One query. Raises NotFound for everybody else."""
    mine = sa.and_(SurveyAnswer.survey_id == Survey.id, SurveyAnswer.member_id == member_id)
    statement = (
        sa.select(Survey, SurveyAnswer)
        .join(SurveyInvitation, SurveyInvitation.survey_id == Survey.id)
        .outerjoin(SurveyAnswer, mine)
        .where(Survey.id == survey_id, SurveyInvitation.member_id == member_id)
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise NotFound(_("There is no survey for you at this address."))
    return found.Survey, found.SurveyAnswer


def get_survey(survey_id: str) -> Survey:
    found = db.session.get(Survey, survey_id)
    if found is None:
        raise NotFound(_("There is no such survey."))
    return found


def surveys(cursor: str | None) -> Page[Row]:
    """All, the newest first. Two queries."""
    page = keyset_page(sa.select(Survey), (Survey.opens_at, Survey.id), cursor=cursor)
    numbers = (
        sa.select(SurveyInvitation.survey_id, sa.func.count(), sa.func.count(SurveyInvitation.answered_at))
        .where(SurveyInvitation.survey_id.in_([one.id for one in page.items]))
        .group_by(SurveyInvitation.survey_id)
    )
    counted = {survey_id: (asked, answered) for survey_id, asked, answered in db.session.execute(numbers)}
    return Page([Row(one, *counted.get(one.id, (0, 0))) for one in page.items], page.next_cursor)


def results(survey_id: str) -> Results:
    """Two queries."""
    asked = sa.select(sa.func.count()).where(SurveyInvitation.survey_id == survey_id)
    scores = (
        sa.select(SurveyAnswer.score, sa.func.count())
        .where(SurveyAnswer.survey_id == survey_id)
        .group_by(SurveyAnswer.score)
    )
    by_score = dict.fromkeys(range(5, 0, -1), 0)
    for score, number in db.session.execute(scores):
        by_score[score] = number
    return Results(db.session.scalar(asked) or 0, by_score)


def words(survey_id: str, cursor: str | None) -> Page[SurveyAnswer]:
    """What people wrote, the newest first, whatever they wrote."""
    written = sa.select(SurveyAnswer).where(SurveyAnswer.survey_id == survey_id, SurveyAnswer.words != "")
    return keyset_page(written, (SurveyAnswer.at, SurveyAnswer.id), cursor=cursor)


# ------------------------------------------------------------------ as staff read it in a member's life


def _answered(member_id: str) -> sa.Select[Any]:
    told = moments(SurveyAnswer.at, zh=Survey.name_zh, en=Survey.name_en)
    told = told.select_from(SurveyAnswer).join(Survey, Survey.id == SurveyAnswer.survey_id)
    return told.where(SurveyAnswer.member_id == member_id)


def _say(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    """That they answered; what they said is read without their name."""
    said = _("Answered our questions about %(what)s", what=spoken(facts["zh"], facts["en"]))
    return TimelineEntry(at, "message-circle-question-mark", said)


LIFE = (Teller(_answered, _say),)
