"""Brand news: told on the wall, and kept on top of it for some days."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, UPLOADING
from portal.core.media.services import Staged, stage_upload
from portal.core.media.uploads import sent_files
from portal.core.web import done, page
from portal.stories import queries, rules, services
from portal.stories.console.blueprint import bp
from portal.stories.forms import NewsForm, TeaserForm


@bp.post("/console/stories/<story_id>/pin")
@staff(Permission.PUBLISH_NEWS)
@TAPPING
def pin(story_id: str) -> Response:
    """Keep a piece of news on top of the wall for some days; none takes it off."""
    me = the_viewer()
    story = queries.get_story_for(me, story_id)
    days = request.form.get("days", "")
    number = min(int(days), 60) if days.isascii() and days.isdigit() and len(days) < 4 else 0
    with transaction():
        services.pin_news(story, clock.now() + clock.days(number) if number else None, by=me)
    said = _("It stays on top of the wall.") if number else _("It is not pinned any more.")
    return done(url_for("stories.story", story_id=story_id), said)


@bp.post("/console/stories/<story_id>/members-only")
@staff(Permission.PUBLISH_NEWS)
@TAPPING
def keep_for_members(story_id: str) -> Response:
    """Leave only a teaser to who has not the perk; ``open`` shows everything to everybody again."""
    from portal.stories.views.story import story_context

    me, form = the_viewer(), TeaserForm()
    story = queries.get_story_for(me, story_id)
    there = url_for("stories.story", story_id=story_id)
    if request.form.get("open"):
        with transaction():
            services.open_to_all(story, by=me)
        return done(there, _("Everybody reads it now."))
    if not form.validate_on_submit():
        return page("stories/story.html", status=422, **story_context(story, me, teaser_form=form))
    with transaction():
        services.keep_for_members(story, form.teaser.data or "", by=me)
    return done(there, _("Members with the perk read it; everybody else sees the teaser."))


@bp.get("/stories/news/new")
@staff(Permission.PUBLISH_NEWS)
def news() -> Response:
    return page("stories/console/news.html", block="news", **_news_context(NewsForm(formdata=None)))


@bp.post("/stories/news/new")
@staff(Permission.PUBLISH_NEWS)
@UPLOADING
def publish_news() -> Response:
    """Brand news: on the wall at once, or as soon as its photos are ready."""
    form = NewsForm()
    if not form.validate_on_submit():
        return page("stories/console/news.html", block="news", status=422, **_news_context(form))
    pinned = clock.now() + clock.days(form.pinned_days.data) if form.pinned_days.data else None
    try:
        staged = _staged()
        with transaction():
            story = services.publish_news(
                by=the_viewer(),
                body=form.body.data or "",
                language_code=form.language.data,
                staged=staged,
                alts=(form.alts.data or "").splitlines(),
                pinned_until=pinned,
                teaser=form.teaser.data or "",
            )
    except (Invalid, Conflict) as refusal:
        form.say(refusal, beside="alts" if getattr(refusal, "field", None) == "alt" else None)
        return page("stories/console/news.html", block="news", status=refusal.status, **_news_context(form))
    return done(url_for("stories.story", story_id=story.id), _("The news is out."))


def _news_context(form: NewsForm) -> dict[str, Any]:
    return {"form": form, "most_words": rules.LONGEST_STORY}


def _staged() -> list[Staged]:
    return [stage_upload(cast(BinaryIO, file.stream)) for file in sent_files(rules.MOST_PHOTOS)]
