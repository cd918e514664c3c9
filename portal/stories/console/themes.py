"""Themes: hashtags on the wall, and the weekly prompt."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.stories import queries, services
from portal.stories.console.blueprint import bp
from portal.stories.console.featuring import latest_picks
from portal.stories.forms import PromptForm, ThemeForm


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
        "picks": latest_picks(),
        "today": brand.shop_day(clock.now()),
        "theme_form": theme_form or ThemeForm(formdata=None),
        "prompt_form": prompt_form or PromptForm(formdata=None, prefix="prompt-"),
    }
    return page("stories/console/themes.html", block="themes", status=status, **context)


def _themes_done(said: str) -> Response:
    return done(url_for("stories_console.themes"), said, fragment=_themes_page)
