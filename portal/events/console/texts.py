"""Texts and rules of an event, and its picture."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, UPLOADING, WRITING
from portal.core.media.queries import find_photo, photos_of
from portal.core.media.services import stage_upload
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.console.parts import made_by_us, say
from portal.events.forms.making import AltForm, PictureForm, TextsForm
from portal.events.models import Event
from portal.events.services import making, pictures
from portal.events.services.studio import KIND
from portal.rewards.queries import badges_to_choose
from portal.rewards.rules import ICONS
from portal.stories.queries import popular_tags

TEXTS, PICTURE = "events/console/texts.html", "events/console/picture.html"


@bp.get("/<slug>/edit")
@staff(Permission.MANAGE_EVENTS)
def edit(slug: str) -> Response:
    found = made_by_us(slug)
    return page(TEXTS, **_texts(found, TextsForm.of(making.words_of(found))))


@bp.post("/<slug>/edit")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def change_texts(slug: str) -> Response:
    found = made_by_us(slug)
    form, status = _offered(TextsForm()), 422
    if form.validate_on_submit():
        try:
            with transaction():
                making.change_texts(
                    found,
                    form.words(),
                    seen=form.seen.data or "",
                    by=the_viewer(),
                    new_badge=form.new_badge(),
                )
        except (Invalid, Conflict) as refusal:
            status = say(form, refusal, lambda: making.words_of(found))
        else:
            return _saved(found)
    return page(TEXTS, block="texts_form", status=status, **_texts(found, form))


def _saved(found: Event) -> Response:
    """The form as it is stored now. A new address leads there: the old one is nobody's any more."""
    url = url_for(".edit", slug=found.slug)
    if request.view_args and request.view_args["slug"] != found.slug:
        return done(url, _("Saved. It has another address now."))
    context = _texts(found, TextsForm.of(making.words_of(found)))
    return done(url, _("Saved."), fragment=lambda: page(TEXTS, block="texts_form", **context))


def _texts(found: Event, form: TextsForm) -> dict[str, Any]:
    return {"event": found, "here": "edit", "form": _offered(form), "suggestions": popular_tags()}


def _offered(form: TextsForm) -> TextsForm:
    return form if form.badge.choices else form.offer(badges_to_choose(), ICONS)


# ------------------------------------------------------------------ the picture


@bp.get("/<slug>/picture")
@staff(Permission.MANAGE_EVENTS)
def picture(slug: str) -> Response:
    """The picture, and how far a new one is: the page asks again while one is being prepared."""
    return page(PICTURE, block="picture_card", **_picture(made_by_us(slug)))


@bp.post("/<slug>/picture")
@staff(Permission.MANAGE_EVENTS)
@UPLOADING
def set_picture(slug: str) -> Response:
    found, form = made_by_us(slug), PictureForm()
    try:
        if not form.validate_on_submit() or not form.picture.data:
            raise Invalid(_("Please choose a picture first."), field="picture")
        staged = stage_upload(form.picture.data.stream)
        with transaction():
            pictures.set_picture(found, staged, alt=form.words.data or "", by=the_viewer())
    except (Invalid, Conflict) as refusal:
        return _picture_refused(found, form, refusal)
    return _picture_done(found, _("The picture arrived and is being prepared."))


@bp.post("/<slug>/picture/words")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def describe_picture(slug: str) -> Response:
    found, form = made_by_us(slug), AltForm()
    try:
        if not form.validate_on_submit():
            raise Invalid(_("Please look at this again"))
        with transaction():
            pictures.describe_picture(found, form.alt.data or "", by=the_viewer())
    except (Invalid, Conflict) as refusal:
        if not form.alt.errors:
            form.say(refusal, beside="alt")
        context = _picture(found, alt_form=form)
        return page(PICTURE, block="picture_card", status=refusal.status, **context)
    return _picture_done(found, _("Saved."))


@bp.post("/<slug>/picture/remove")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def remove_picture(slug: str) -> Response:
    found = made_by_us(slug)
    with transaction():
        pictures.remove_picture(found, by=the_viewer())
    return _picture_done(found, _("Removed."))


def _picture_refused(found: Event, form: PictureForm, refusal: DomainError) -> Response:
    form.say(refusal, beside="picture")
    return page(PICTURE, block="picture_card", status=refusal.status, **_picture(found, form=form))


def _picture_done(found: Event, said: str) -> Response:
    slug = found.slug
    return done(
        url_for(".picture", slug=slug),
        said,
        fragment=lambda: page(PICTURE, block="picture_card", **_picture(made_by_us(slug))),
    )


def _picture(
    found: Event, *, form: PictureForm | None = None, alt_form: AltForm | None = None
) -> dict[str, Any]:
    mine = photos_of(KIND, found.id)
    shown = find_photo(found.picture) if found.picture else None
    return {
        "event": found,
        "here": "picture",
        "form": form or PictureForm(formdata=None),
        "alt_form": alt_form or AltForm(formdata=None, alt=shown.alt if shown else ""),
        "picture": shown,
        "coming": next((photo for photo in mine if photo.is_waiting), None),
        "refused": next((photo for photo in mine if photo.problem), None),
    }
