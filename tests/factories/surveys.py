"""Surveys for tests: open since an hour, with these members asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import new_id
from portal.surveys import services
from portal.surveys.models import Survey, SurveyAnswer


def survey(*member_ids: str, days: int = 14, **facts: Any) -> Survey:
    now = clock.now()
    values: dict[str, Any] = {
        "name_zh": "禾友节：一针一线的见面",
        "name_en": "Fan festival",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=days),
    }
    made = services.open_survey("event", facts.pop("subject_id", None) or new_id(), **values | facts)
    services.invite(made, member_ids)
    return made


def survey_answer(of: Survey, member_id: str, score: int = 4, words: str = "下次还来") -> SurveyAnswer:
    """From a member who was asked."""
    return services.answer(of.id, score, words, by=viewer_of(member_id))
