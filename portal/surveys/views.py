"""Two questions, for who was asked."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.links import find_path
from portal.core.web import done, page
from portal.surveys import queries, services
from portal.surveys.forms import SCORES, AnswerForm

bp = Blueprint("surveys", __name__)
TEMPLATE = "surveys/survey.html"


@bp.get("/surveys/<survey_id>")
@members
def survey(survey_id: str) -> Response:
    """The questions; thanks, once they are answered; ``?change`` shows them again."""
    return _page(survey_id, change="change" in request.args)


@bp.post("/surveys/<survey_id>")
@members
@WRITING
def answer(survey_id: str) -> Response:
    me = the_viewer()
    queries.get_asked(survey_id, me.id)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(survey_id, form, status=422, change=True)
    try:
        with transaction():
            services.answer(survey_id, form.score.data, form.words.data or "", by=me)
    except (Conflict, Invalid) as refusal:
        form.say(refusal)
        return _page(survey_id, form, status=refusal.status, change=True)
    return done(
        url_for(".survey", survey_id=survey_id),
        _("Thank you. We read every answer."),
        fragment=lambda: _page(survey_id),
    )


def _page(
    survey_id: str, form: AnswerForm | None = None, *, status: int = 200, change: bool = False
) -> Response:
    found, given = queries.get_asked(survey_id, the_viewer().id)
    if form is None:
        form = AnswerForm(formdata=None, obj=given)
    return page(
        TEMPLATE,
        block="survey_card",
        status=status,
        survey=found,
        given=given,
        form=form,
        change=change or given is None,
        open=found.opens_at <= clock.now() < found.closes_at,
        scores=SCORES,
        story_url=find_path("stories.new"),
    )
