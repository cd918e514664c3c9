"""What came of the surveys, for staff. Nothing is left out, and no name stands beside what was said."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff
from portal.core.web import page
from portal.surveys import queries
from portal.surveys.forms import SCORES

bp = Blueprint("surveys_console", __name__, url_prefix="/console/surveys")


@bp.get("")
@staff(Permission.VIEW_INSIGHTS, Permission.MANAGE_EVENTS)
def surveys() -> Response:
    """All surveys, the newest first."""
    cursor = request.args.get("after")
    return page(
        "surveys/console/surveys.html",
        block="survey_page" if cursor else None,
        surveys=queries.surveys(cursor),
        now=clock.now(),
    )


@bp.get("/<survey_id>")
@staff(Permission.VIEW_INSIGHTS, Permission.MANAGE_EVENTS)
def survey(survey_id: str) -> Response:
    """One of them: how many chose what, and what they wrote."""
    cursor = request.args.get("after")
    found = queries.get_survey(survey_id)
    return page(
        "surveys/console/survey.html",
        block="word_page" if cursor else None,
        survey=found,
        results=queries.results(found.id),
        words=queries.words(found.id, cursor),
        scores=SCORES,
        least=queries.LEAST,
        now=clock.now(),
    )
