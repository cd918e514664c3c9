"""Verbs of surveys. Everybody who was there is asked, once; what they answer earns nothing, so it can be what they think."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, insert_missing, insert_once, new_id
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.core.links import path_to
from portal.notifications.services import touch
from portal.surveys.models import Survey, SurveyAnswer, SurveyInvitation
from portal.surveys.notices import INVITED

SCORES = range(1, 6)
LONGEST = 1000
#: rows in one statement; SQLite allows a limited number of values
AT_ONCE = 500


def open_survey(
    kind: str, subject_id: str, *, name_zh: str, name_en: str, opens_at: datetime, closes_at: datetime
) -> Survey:
    """The survey about one thing; opened twice it is one. ``kind`` and ``subject_id`` belong to the feature that has the thing."""
    insert_once(
        Survey,
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        name_zh=name_zh,
        name_en=name_en,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return db.session.scalars(
        sa.select(Survey).where(Survey.kind == kind, Survey.subject_id == subject_id)
    ).one()


def invite(survey: Survey, member_ids: Iterable[str]) -> int:
    """Ask these members, each once however often this is called; returns how many are new. Nobody once it is closed.

    It is the brand's own word, so it waits for room in the contact budget and reaches nobody who does not want it. The page is
    theirs all the same.
    """
    now, asked = clock.now(), sorted(set(member_ids))
    if now >= survey.closes_at:
        return 0
    row = {"survey_id": survey.id, "asked_at": now, "answered_at": None}
    new = 0
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        new += insert_missing(SurveyInvitation, [row | {"member_id": one} for one in some])
    touch(
        asked,
        INVITED.name,
        path=path_to("surveys.survey", survey_id=survey.id),
        group=f"survey:{survey.id}",
        expires_in=survey.closes_at - now,
        name_zh=survey.name_zh,
        name_en=survey.name_en,
    )
    return new


def answer(survey_id: str, score: int, words: str, *, by: Viewer) -> SurveyAnswer:
    """What somebody says, or says instead, while it is open. Raises NotFound for who was not asked, Conflict when it is closed,
    Invalid for another score than 1 to 5 or too many words."""
    invitation = _hold_invitation(survey_id, by.id)
    survey, now = db.session.get_one(Survey, survey_id), clock.now()
    if not survey.opens_at <= now < survey.closes_at:
        raise Conflict(_("This survey is closed. Thank you for wanting to say something."))
    if score not in SCORES:
        raise Invalid(_("Please choose one of the five."), field="score")
    if len(words) > LONGEST:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST), field="words")
    mine = sa.select(SurveyAnswer).where(SurveyAnswer.survey_id == survey_id, SurveyAnswer.member_id == by.id)
    found = db.session.scalar(mine.execution_options(populate_existing=True))
    if found is None:
        found = SurveyAnswer(survey_id=survey_id, member_id=by.id, score=score, words=words, at=now)
        db.session.add(found)
        invitation.answered_at = now
    elif (found.score, found.words) != (score, words):
        found.score, found.words, found.changed_at = score, words, now
    db.session.flush()
    return found


def _hold_invitation(survey_id: str, member_id: str) -> SurveyInvitation:
    """Two answers of one member come one after the other."""
    mine = sa.select(SurveyInvitation).where(
        SurveyInvitation.survey_id == survey_id, SurveyInvitation.member_id == member_id
    )
    found = db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_("There is no survey for you at this address."))
    return found
