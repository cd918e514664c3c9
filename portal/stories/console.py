"""The studio's pages of the story wall: what waits for an answer, themes and prompts, news, staff picks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, BinaryIO, cast

from babel.dates import format_interval
from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.i18n import _, locale, ngettext
from portal.core.limits import TAPPING, UPLOADING, WRITING
from portal.core.media.services import Staged, stage_upload
from portal.core.media.uploads import may_carry_photos
from portal.core.web import done, page
from portal.stories import queries, rules, services
from portal.stories.forms import AnswerForm, NewsForm, PromptForm, ThemeForm
from portal.stories.queries import WallFilter
from portal.stories.views.arriving import sent_files

bp = Blueprint("stories_console", __name__)
may_carry_photos(bp, publish_news=rules.MOST_PHOTOS)

LATEST_PICKS = 12
#: longer waits are told in hours
MINUTES_SHOWN = 120


# ------------------------------------------------------------------ the reply clock


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


# ------------------------------------------------------------------ staff picks and news


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
            )
    except (Invalid, Conflict) as refusal:
        form.say(refusal, beside="alts" if getattr(refusal, "field", None) == "alt" else None)
        return page("stories/console/news.html", block="news", status=refusal.status, **_news_context(form))
    return done(url_for("stories.story", story_id=story.id), _("The news is out."))


def _news_context(form: NewsForm) -> dict[str, Any]:
    return {"form": form, "most_words": rules.LONGEST_STORY}


def _staged() -> list[Staged]:
    return [stage_upload(cast(BinaryIO, file.stream)) for file in sent_files()]


# ------------------------------------------------------------------ the story of the week


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
    picks = queries.wall(WallFilter("featured"), limit=LATEST_PICKS).items
    weeks = queries.week_stories(after)
    shown = queries.shown_among(weeks.items) if not after else None
    return {
        "weeks": weeks,
        "shown": shown.id if shown else None,
        "holder": queries.week_holder(queries.this_week()),
        "number": rules.week_number(queries.this_week()),
        "picks": [story for story in picks if not story.as_brand and story.chosen_week is None],
        "days_of": days_of,
    }


def days_of(monday: date) -> str:
    """The days of a week in words, short."""
    days = format_interval(monday, monday + timedelta(days=6), "yMMMd", locale=locale())
    return str(days)


# ------------------------------------------------------------------ themes and prompts


@bp.get("/console/themes")
@staff(Permission.MANAGE_TAGS)
def themes() -> Response:
    return _themes_page()


@bp.post("/console/themes")
@staff(Permission.MANAGE_TAGS)
@TAPPING
def set_theme() -> Response:
    """Put a hashtag on the wall, or give it other names."""
    form = ThemeForm()
    if not form.validate_on_submit():
        return _themes_page(theme_form=form, status=422)
    try:
        with transaction():
            services.set_theme(
                form.name.data or "",
                by=the_viewer(),
                label_zh=form.label_zh.data or "",
                label_en=form.label_en.data or "",
            )
    except (Invalid, Conflict) as refusal:
        form.say(refusal)
        return _themes_page(theme_form=form, status=refusal.status)
    return _themes_done(_("The theme is on the wall."))


@bp.post("/console/themes/<tag>/<any(up, down, drop):deed>")
@staff(Permission.MANAGE_TAGS)
@TAPPING
def change_theme(tag: str, deed: str) -> Response:
    me = the_viewer()
    if queries.find_tag(tag) is None:
        raise NotFound(_("Nobody has used this hashtag yet."))
    with transaction():
        if deed == "drop":
            services.drop_theme(tag, by=me)
        else:
            services.move_theme(tag, by=me, steps=-1 if deed == "up" else 1)
    return _themes_done(_("The theme is off the wall.") if deed == "drop" else _("The theme is moved."))


@bp.post("/console/prompts")
@staff(Permission.MANAGE_TAGS)
@TAPPING
def schedule_prompt() -> Response:
    form = PromptForm(prefix="prompt-")
    if not form.validate_on_submit():
        return _themes_page(prompt_form=form, status=422)
    try:
        with transaction():
            services.schedule_prompt(
                by=the_viewer(),
                name=form.name.data or "",
                text_zh=form.text_zh.data or "",
                text_en=form.text_en.data or "",
                starts_on=form.starts_on.data,
                last_day=form.ends_on.data,
            )
    except (Invalid, Conflict) as refusal:
        form.say(refusal)
        return _themes_page(prompt_form=form, status=refusal.status)
    return _themes_done(_("The prompt is planned."))


@bp.post("/console/prompts/<prompt_id>/cancel")
@staff(Permission.MANAGE_TAGS)
@TAPPING
def cancel_prompt(prompt_id: str) -> Response:
    with transaction():
        services.cancel_prompt(prompt_id, by=the_viewer())
    return _themes_done(_("The prompt is cancelled."))


def _themes_page(
    *, theme_form: ThemeForm | None = None, prompt_form: PromptForm | None = None, status: int = 200
) -> Response:
    """Themes, prompts and the latest staff picks."""
    context = {
        "themes": queries.themes(),
        "prompts": queries.prompts(),
        "suggestions": queries.popular_tags(),
        "picks": queries.wall(WallFilter("featured"), limit=LATEST_PICKS).items,
        "today": brand.shop_day(clock.now()),
        "theme_form": theme_form or ThemeForm(formdata=None),
        "prompt_form": prompt_form or PromptForm(formdata=None, prefix="prompt-"),
    }
    return page("stories/console/themes.html", block="themes", status=status, **context)


def _themes_done(said: str) -> Response:
    return done(url_for("stories_console.themes"), said, fragment=_themes_page)
