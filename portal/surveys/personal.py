"""What is kept here about a member: shown to them on request. An answer stays as a number, its words go with who wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.surveys.models import Survey, SurveyAnswer, SurveyInvitation


def export(member_id: str) -> Iterator[Part]:
    yield Part("surveys.json", rows=_surveys(member_id))


def erase(member_id: str) -> None:
    mine = sa.update(SurveyAnswer).where(SurveyAnswer.member_id == member_id)
    changed_rows(mine.values(words=""))
    db.session.expire_all()


PERSONAL = PersonalData(
    tables=frozenset({SurveyInvitation.__tablename__, SurveyAnswer.__tablename__}),
    export=export,
    erase=erase,
)


def _surveys(member_id: str) -> Iterator[dict[str, Any]]:
    """Every survey they were asked in, and what they said."""
    mine = sa.and_(SurveyAnswer.survey_id == Survey.id, SurveyAnswer.member_id == member_id)
    statement = (
        sa.select(Survey, SurveyInvitation.asked_at, SurveyAnswer)
        .join(SurveyInvitation, SurveyInvitation.survey_id == Survey.id)
        .outerjoin(SurveyAnswer, mine)
        .where(SurveyInvitation.member_id == member_id)
        .order_by(SurveyInvitation.asked_at, Survey.id)
    )
    for survey, asked_at, answer in db.session.execute(statement.execution_options(yield_per=100)):
        yield {
            "about": survey.name,
            "asked_at": asked_at.isoformat(),
            "answered_at": answer.at.isoformat() if answer else None,
            "score": answer.score if answer else None,
            "words": answer.words if answer else "",
        }
