"""The story of the week: which stands at the top of the wall, and those of earlier weeks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from babel.dates import format_interval
from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _, locale
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.stories import queries, rules, services
from portal.stories.console.blueprint import bp
from portal.stories.console.featuring import latest_picks


@bp.get("/console/weeks")
@staff(Permission.FEATURE_STORIES)
def weeks() -> Response:
    block = "more_weeks" if request.args.get("after") else "weeks"
    return page("stories/console/weeks.html", block=block, **_weeks_context())


@bp.post("/console/stories/<story_id>/week")
@staff(Permission.FEATURE_STORIES)
@TAPPING
def choose_week(story_id: str) -> Response:
    """Make it the story of this week (``on=1``, in place of ``instead_of``), or take its week from it."""
    me, on = the_viewer(), request.form.get("on") == "1"
    story = queries.get_story_for(me, story_id)
    with transaction():
        if on:
            services.choose_story_of_week(story, by=me, instead_of=request.form.get("instead_of"))
        else:
            services.take_back_story_of_week(story, by=me)
    said = _("It is the story of this week. The author hears of it.") if on else _("It gave up its week.")
    if request.form.get("from") == "story":
        return done(url_for("stories.story", story_id=story_id), said)
    return done(
        url_for("stories_console.weeks"),
        said,
        fragment=lambda: page("stories/console/weeks.html", block="weeks", **_weeks_context()),
    )


def _weeks_context() -> dict[str, Any]:
    """The weeks so far, and the latest staff picks to choose this week's story from. Three queries."""
    after = request.args.get("after") if request.method == "GET" else None
    weeks = queries.week_stories(after)
    shown = queries.shown_among(weeks.items) if not after else None
    return {
        "weeks": weeks,
        "shown": shown.id if shown else None,
        "holder": queries.week_holder(queries.this_week()),
        "number": rules.week_number(queries.this_week()),
        "picks": [story for story in latest_picks() if not story.as_brand and story.chosen_week is None],
        "days_of": days_of,
    }


def days_of(monday: date) -> str:
    """The days of a week in words, short."""
    days = format_interval(monday, monday + timedelta(days=6), "yMMMd", locale=locale())
    return str(days)
