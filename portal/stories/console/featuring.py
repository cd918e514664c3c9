"""Staff picks: what the studio puts forward."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done
from portal.stories import queries, services
from portal.stories.console.blueprint import bp
from portal.stories.queries import CardRow, WallFilter

#: as many of the latest stand on the pages that choose from them
LATEST_PICKS = 12


def latest_picks() -> list[CardRow]:
    """The newest staff picks. One query."""
    return queries.wall(WallFilter("featured"), limit=LATEST_PICKS).items


@bp.post("/console/stories/<story_id>/feature")
@staff(Permission.FEATURE_STORIES)
@TAPPING
def feature(story_id: str) -> Response:
    me, on = the_viewer(), request.form.get("on") == "1"
    story = queries.get_story_for(me, story_id)
    with transaction():
        services.feature_story(story, on, by=me)
    said = _("It is a staff pick now.") if on else _("It is no staff pick any more.")
    if request.form.get("from") == "themes":
        return done(url_for("stories_console.themes"), said)
    return done(url_for("stories.story", story_id=story_id), said)
