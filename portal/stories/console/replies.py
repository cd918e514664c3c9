"""The reply clock: which stories still wait for the brand's answer, and answering."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Invalid, NotAllowed
from portal.core.i18n import _, ngettext
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.stories import queries, services
from portal.stories.console.blueprint import bp
from portal.stories.forms import AnswerForm

#: longer waits are told in hours
MINUTES_SHOWN = 120


@bp.get("/console/replies")
@staff(Permission.REPLY_AS_BRAND)
def replies() -> Response:
    block = "more_replies" if request.args.get("after") else "replies"
    return page("stories/console/replies.html", block=block, **_replies_context())


@bp.post("/console/replies/<story_id>")
@staff(Permission.REPLY_AS_BRAND)
@WRITING
def answer(story_id: str) -> Response:
    """Answer as the brand, from the list or from the story's own page (``from=story``)."""
    me, form = the_viewer(), AnswerForm()
    story = queries.get_story_for(me, story_id)
    try:
        if form.validate_on_submit():
            with transaction():
                services.answer_story(story, by=me, body=form.body.data or "")
            return _answered(story_id)
    except (Invalid, NotAllowed) as refusal:
        form.say(refusal, beside="body")
    if request.form.get("from") == "story":
        from portal.stories.views.story import story_context

        return page("stories/story.html", status=422, **story_context(story, me, answer_form=form))
    context = _replies_context(tried=(story_id, form))
    return page("stories/console/replies.html", block="replies", status=422, **context)


def _answered(story_id: str) -> Response:
    said = _("Answered. The author hears of it.")
    if request.form.get("from") == "story":
        return done(url_for("stories.story", story_id=story_id, _anchor="comments"), said)
    url = url_for("stories_console.replies")
    return done(
        url,
        said,
        fragment=lambda: page("stories/console/replies.html", block="replies", **_replies_context()),
    )


def _replies_context(tried: tuple[str, AnswerForm] | None = None) -> dict[str, Any]:
    """``tried``: the story whose answer could not be posted, and its form."""
    after = request.args.get("after") if request.method == "GET" else None
    return {
        "waiting": queries.waiting_replies(after),
        "clock_now": queries.reply_clock(),
        "tried": tried,
        "span": span,
    }


def span(minutes: int) -> str:
    """A time of waiting in words: minutes as long as they mean something."""
    if minutes < MINUTES_SHOWN:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
