"""For authors: what the brand may do with the photos of a story, and everything one ever allowed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.media import rights
from portal.core.media.models import PhotoUse
from portal.core.media.queries import photos_of
from portal.core.media.rights import Wish
from portal.core.web import done, page
from portal.stories.models import Story
from portal.stories.photo_words import MEANINGS, USES, day_of
from portal.stories.queries.photo_rights import own_story, photos_given
from portal.stories.services import photo_rights as services
from portal.stories.views.blueprint import bp

STORY = "stories/photo_rights.html"
GIVEN = "stories/photos_given.html"
_KIND = "story"


@bp.get("/stories/<story_id>/photo-rights")
@members
def photo_rights(story_id: str) -> Response:
    """Each photo, and what the brand may do with it. Nothing is ticked unless its author ticked it."""
    return page(STORY, block="rights", **_context(own_story(the_viewer(), story_id)))


@bp.post("/stories/<story_id>/photo-rights")
@members
@WRITING
def allow_uses(story_id: str) -> Response:
    me = the_viewer()
    story = own_story(me, story_id)
    try:
        wishes = _wishes(story)
        with transaction():
            changed = services.allow_uses(story, wishes, by=me, seen=request.form.get("seen", ""))
    except Invalid as refusal:
        typed = {refusal.field or "": refusal.message}
        return page(STORY, block="rights", status=422, **_context(story, errors=typed))
    except Conflict as refusal:
        own = own_story(me, story_id)
        return page(STORY, block="rights", status=409, **_context(own, problem=refusal.message))
    said = _("Saved. You can change it here at any time.") if changed else _("Nothing was changed.")
    return done(
        url_for(".photo_rights", story_id=story_id),
        said,
        fragment=lambda: page(STORY, block="rights", **_context(own_story(me, story_id))),
    )


@bp.get("/me/photo-rights")
@members
def photos_allowed() -> Response:
    """Everything that I allowed and did not take back, the newest first."""
    block = "more_rights" if request.args.get("after") else "given"
    return page(GIVEN, block=block, **_given())


@bp.post("/me/photo-rights/<right_id>/take-back")
@members
@TAPPING
def take_use_back(right_id: str) -> Response:
    with transaction():
        services.take_use_back(right_id, by=the_viewer())
    return _taken_back(_("Taken back. From now on nobody takes this photo along for it."))


@bp.post("/me/photo-rights/take-back")
@members
@TAPPING
def take_all_back() -> Response:
    with transaction():
        number = rights.take_back_all(the_viewer().id)
    said = _("Everything is taken back.") if number else _("There was nothing to take back.")
    return _taken_back(said)


def _taken_back(said: str) -> Response:
    return done(url_for(".photos_allowed"), said, fragment=lambda: page(GIVEN, block="given", **_given()))


def _wishes(story: Story) -> dict[str, Wish]:
    """What the form says about each photo of the story. Raises Invalid for a day that does not exist."""
    return {
        photo.id: Wish(
            frozenset(
                PhotoUse(name) for name in request.form.getlist(f"use-{photo.id}") if name in list(PhotoUse)
            ),
            _day(f"until-{photo.id}"),
        )
        for photo in photos_of(_KIND, story.id)
    }


def _day(field: str) -> date | None:
    typed = request.form.get(field, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid(_("Please choose a day."), field=field) from None


def _context(story: Story, *, errors: dict[str, str] | None = None, problem: str = "") -> dict[str, Any]:
    """``errors``: what was typed is shown again, with these sentences beside its fields."""
    today = brand.shop_day(clock.now())
    photos = [photo for photo in photos_of(_KIND, story.id) if photo.is_ready]
    wishes = rights.wishes_of([photo.id for photo in photos], on=today)
    ticked = {id_: {use.value for use in wish.uses} for id_, wish in wishes.items()}
    until = {id_: wish.ends_on.isoformat() if wish.ends_on else "" for id_, wish in wishes.items()}
    if errors:
        ticked = {photo.id: set(request.form.getlist(f"use-{photo.id}")) for photo in photos}
        until = {photo.id: request.form.get(f"until-{photo.id}", "") for photo in photos}
    return {
        "story": story,
        "on_the_wall": story.state.value == "published",
        "photos": photos,
        "ticked": ticked,
        "until": until,
        "errors": errors or {},
        "problem": problem,
        "seen": request.form.get("seen", "") if errors else services.seen_rights(story),
        "uses": [(use.value, label, MEANINGS[use]) for use, label in USES.items()],
        "today": today.isoformat(),
    }


def _given() -> dict[str, Any]:
    cursor = request.args.get("after") if request.method == "GET" else None
    found = rights.rights_given_by(the_viewer().id, cursor=cursor)
    return {
        "rights": found.items,
        "photos": photos_given([right.photo_id for right in found.items]),
        "uses": USES,
        "day_of": day_of,
        "today": brand.shop_day(clock.now()),
        "more_url": found.next_cursor and url_for(".photos_allowed", after=found.next_cursor),
    }
