"""The photos of a story being written: each on its own, in both dresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import make_response, url_for
from werkzeug.wrappers import Response

from portal.core.access import Viewer, members, the_viewer
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, UPLOADING
from portal.core.media import uploads
from portal.core.media.models import Photo
from portal.core.media.queries import get_photo_of, photos_of
from portal.core.web import done, go, page, wants_fragment
from portal.stories import queries, rules, services
from portal.stories.models import Story
from portal.stories.services.standing import KIND
from portal.stories.views import writing
from portal.stories.views.blueprint import bp


@bp.post("/stories/<story_id>/photos")
@members
@UPLOADING
def add_photos(story_id: str) -> Response:
    """With the script one photo at a time, answered by its row; without it all that were chosen, and the text."""
    me = the_viewer()
    story = queries.get_story_of(me, story_id)
    if wants_fragment():
        if not uploads.sent_files(rules.MOST_PHOTOS):
            raise Invalid(_("No photo arrived. Please choose it again."), field=uploads.FIELD)
        return _piece("photo_row", story, photo=writing.take_in(story, me)[0])
    return _with_text(story, me, lambda story, me: uploads.how_many_came(writing.take_in(story, me)))


@bp.get("/stories/<story_id>/photos/<photo_id>")
@members
def photo_state(story_id: str, photo_id: str) -> Response:
    """Asked every few seconds while a photo is being prepared."""
    story, photo = _own_photo(story_id, photo_id)
    if not wants_fragment():
        return go(writing.write_url(story))
    return _piece("photo_state", story, photo=photo)


@bp.post("/stories/<story_id>/photos/<photo_id>/<any(describe, up, down, remove, retry):deed>")
@members
@TAPPING
def change_photo(story_id: str, photo_id: str, deed: str) -> Response:
    story, photo = _own_photo(story_id, photo_id)
    me = the_viewer()
    if not wants_fragment():
        return _with_text(story, me, lambda story, me: _carry_out(story, photo, me, deed))
    _carry_out(story, photo, me, deed)
    if deed in ("describe", "remove"):
        return make_response("")
    if deed == "retry":
        return _piece("photo_row", story, photo=photo)
    return _piece("photo_list", story, photos=photos_of(KIND, story.id))


def _own_photo(story_id: str, photo_id: str) -> tuple[Story, Photo]:
    story = queries.get_story_of(the_viewer(), story_id)
    return story, get_photo_of(KIND, story.id, photo_id)


def _piece(block: str, story: Story, **more: Any) -> Response:
    url = url_for("stories.add_photos", story_id=story.id)
    return page(uploads.PIECES, block=block, photos_url=url, **more)


def _carry_out(story: Story, photo: Photo, me: Viewer, deed: str) -> str:
    return uploads.carry_out(
        deed,
        describe=lambda: writing.describe(story, me),
        move=lambda steps: services.move_photo_by(story, photo, by=me, steps=steps),
        remove=lambda: services.remove_photo(story, photo, by=me),
        retry=lambda: services.retry_photo(story, photo, by=me),
    )


def _with_text(story: Story, me: Viewer, deed: Callable[[Story, Viewer], str]) -> Response:
    """Without the script the whole form came along: the draft keeps its text; a story others have shows it again."""
    form = writing.sent_form(story)
    valid = form.validate_on_submit()
    try:
        said = deed(story, me)
        if valid and story.state in rules.ON_THE_DESK:
            writing.keep(story, me, form)
            return done(f"{writing.write_url(story)}#photo-list", said)
    except (Invalid, Conflict) as refusal:
        if valid and story.state in rules.ON_THE_DESK:
            writing.keep(story, me, form)
        form.say(refusal)
    status = 422 if form.errors else 200
    return page("stories/write.html", status=status, **writing.write_context(story, form))
