"""Telling a story: the draft that survives everything, handing in, and changing what was handed in.

The page is one form. Every button in it, also those of a single photo, sends all that was typed, so that nothing is
lost without JavaScript either; what cannot be handed in yet is kept as the draft.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts.kept import take_kept
from portal.brand import queries as brand
from portal.catalog.queries import ProductName, products_for_choice, products_named
from portal.core import clock
from portal.core.access import Viewer, members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, Invalid, NotAllowed
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.media import uploads
from portal.core.media.models import Photo
from portal.core.media.queries import photos_of
from portal.core.web import done, go, page
from portal.stories import queries, rules, services, tagging
from portal.stories.forms import StoryForm
from portal.stories.models import Story, StoryState
from portal.stories.queries import campaigns
from portal.stories.queries.tags import TagRow
from portal.stories.services.standing import KIND
from portal.stories.views.blueprint import bp

#: where the form of the page can be sent to: what a lost session kept for one of these is offered again
SENT_TO = ("submit", "save_draft", "add_photos", "save_edit")


@bp.get("/stories/new")
@members
def new() -> Response:
    """The member's draft; the first visit makes it, so that photos have somewhere to go."""
    me = the_viewer()
    draft = queries.find_draft(me.id)
    if draft is None:
        with transaction():
            draft = services.draft_of(me)
    return page("stories/write.html", block="story_fields", **write_context(draft, _form_to_go_on(draft)))


@bp.get("/stories/<story_id>/edit")
@members
def edit(story_id: str) -> Response:
    story = queries.get_story_of(the_viewer(), story_id)
    if story.state is StoryState.DRAFT:
        return go(url_for("stories.new"))
    return page("stories/write.html", block="story_fields", **write_context(story, _form_to_go_on(story)))


@bp.post("/stories/<story_id>/draft")
@members
@TAPPING
def save_draft(story_id: str) -> Response:
    """Keep what was typed: by itself every few seconds, or by the button."""
    me = the_viewer()
    story = queries.get_story_of(me, story_id)
    form = sent_form(story)
    if not form.validate_on_submit():
        return _again(story, form, block="draft_state")
    try:
        keep(story, me, form)
        take_in(story, me)
    except (Invalid, Conflict) as refusal:
        form.say(refusal)
        return _again(story, form, block="draft_state", status=refusal.status)
    said: dict[str, Any] = {"saved_at": clock.now(), "refused": None}
    if request.form.get("by") == "itself":
        return page("stories/saved.html", block="draft_state", **said)
    return done(write_url(story), _("Your draft is saved."), fragment=lambda: _state_only(said))


@bp.post("/stories/<story_id>/submit")
@members
@WRITING
def submit(story_id: str) -> Response:
    """Hand the story in."""
    return _send(story_id, services.submit_story, _("Your story is on the wall."))


@bp.post("/stories/<story_id>/edit")
@members
@WRITING
def save_edit(story_id: str) -> Response:
    """Change a story that was handed in; what it said before stays in its history."""
    return _send(story_id, services.edit_story, _("Your changes are saved."))


def _send(story_id: str, verb: Callable[..., Story], said: str) -> Response:
    """Everything in the form goes to the story: files first, then descriptions and words, by ``verb``.

    ``said`` is what the author hears when it stands on the wall then.
    """
    me = the_viewer()
    story = queries.get_story_of(me, story_id)
    form = sent_form(story)
    if not form.validate_on_submit():
        return _again(story, form)
    try:
        take_in(story, me)
        with transaction():
            describe(story, me)
            verb(story, by=me, **form.words)
    except (Invalid, NotAllowed) as refusal:
        return _refused(story, me, form, refusal)
    return done(url_for("stories.story", story_id=story.id), _what_became(story, said))


# ------------------------------------------------------------------ the form


def sent_form(story: Story) -> StoryForm:
    """What was sent for this story, with the lists to choose from."""
    form = StoryForm()
    _Lists.read().offer(form, keep=story.product_id)
    return form


def filled_form(story: Story, typed: dict[str, str] | None = None) -> StoryForm:
    """The story as it is kept; ``typed`` (text that a lost session kept) goes before."""
    lists, written = _Lists.read(), tagging.tags_in(story.open_words)
    themes = {theme.name for theme in lists.themes}
    loose = [tag for tag in queries.tags_of(story.id) if tag.name not in written]
    data: dict[str, Any] = {
        "body": story.body,
        "product": story.product_id or "",
        "mood": story.mood.value if story.mood else "",
        "themes": [tag.name for tag in loose if tag.name in themes],
        "tags": " ".join(f"#{tag.label}" for tag in loose if tag.name not in themes),
    }
    data |= {
        name: value for name, value in (typed or {}).items() if name in ("body", "product", "mood", "tags")
    }
    _take_wishes(data, lists)
    form = StoryForm(formdata=None, data=data)
    lists.offer(form, keep=story.product_id)
    return form


def write_url(story: Story) -> str:
    """Where the story is written: the draft has an address of its own."""
    if story.state is StoryState.DRAFT:
        return url_for("stories.new")
    return url_for("stories.edit", story_id=story.id)


def write_context(story: Story, form: StoryForm) -> dict[str, Any]:
    """Everything the page needs."""
    me, house = the_viewer(), brand.current()
    told = queries.published_count(me.id)
    return {
        "story": story,
        "form": form,
        "photos": photos_of(KIND, story.id),
        "photos_url": url_for("stories.add_photos", story_id=story.id),
        "on_desk": story.state in rules.ON_THE_DESK,
        "most_photos": rules.MOST_PHOTOS,
        "most_words": rules.LONGEST_STORY,
        "campaigns": campaigns.running_campaigns(),
        "worn_tags": _worn(form),
        "held_first": 0 if me.is_staff else max(0, house.newcomer_stories - told),
        "saved_at": None,
        "refused": None,
    }


def keep(story: Story, me: Viewer, form: StoryForm) -> None:
    """Write what was typed into the draft, photo descriptions too. Raises Invalid, Conflict (handed in meanwhile)."""
    with transaction():
        describe(story, me)
        services.save_draft(story, by=me, **form.words)


def take_in(story: Story, me: Viewer) -> list[Photo]:
    """The photos of this request. Raises Invalid when some were refused."""
    return uploads.take_in(lambda staged: services.add_photo(story, staged, by=me), most=rules.MOST_PHOTOS)


def describe(story: Story, me: Viewer) -> None:
    """Store the descriptions of photos that changed."""
    for photo, alt in uploads.typed_alts(KIND, story.id):
        services.describe_photo(story, photo, by=me, alt=alt)


# ------------------------------------------------------------------ inside


def _worn(form: StoryForm) -> set[str]:
    """The hashtags that the story has by what is typed: those of its text, its themes and its field."""
    typed = tagging.tags_in(form.body.data or "") | tagging.tags_of_field(form.tags.data or "")
    return {*typed, *(form.themes.data or ())}


def _form_to_go_on(story: Story) -> StoryForm:
    paths = (url_for(f"stories.{name}", story_id=story.id) for name in SENT_TO)
    return filled_form(story, next((kept for path in paths if (kept := take_kept(path))), None))


@dataclass(frozen=True)
class _Lists:
    """What there is to choose from, read once for a page."""

    products: Sequence[ProductName]
    themes: Sequence[TagRow]

    @classmethod
    def read(cls) -> _Lists:
        return cls(products_for_choice(), queries.themes())

    def offer(self, form: StoryForm, keep: str | None) -> None:
        """Also the product that the story has already, when it is not shown any more."""
        products = [(product.id, product.name) for product in self.products]
        if keep and keep not in dict(products):
            products += [(product.id, product.name) for product in products_named([keep]).values()]
        form.offer(products=products, themes=[(theme.name, theme.label) for theme in self.themes])


def _take_wishes(data: dict[str, Any], lists: _Lists) -> None:
    """``?tag=`` and ``?product=``: somebody came from a prompt or a product."""
    tag = tagging.normal(request.args.get("tag", ""))
    if tag in {theme.name for theme in lists.themes}:
        data["themes"] = [*dict.fromkeys([*data["themes"], tag])]
    elif tag and tag not in tagging.tags_of_field(data["tags"]):
        data["tags"] = f"{data['tags']} #{tag}".strip()
    slug = request.args.get("product")
    if slug and not data["product"]:
        data["product"] = next((one.id for one in lists.products if one.slug == slug), "")


def _again(story: Story, form: StoryForm, *, block: str = "story_fields", status: int = 422) -> Response:
    context = write_context(story, form)
    context["refused"] = next((text for errors in form.errors.values() for text in errors), None)
    return page("stories/write.html", block=block, status=status, **context)


def _refused(story: Story, me: Viewer, form: StoryForm, refusal: DomainError) -> Response:
    """It cannot be handed in like this; what was typed is kept all the same."""
    if story.state in rules.ON_THE_DESK:
        with contextlib.suppress(DomainError):  # the page itself still holds it
            keep(story, me, form)
    form.say(refusal)
    return _again(story, form)


def _state_only(said: dict[str, Any]) -> Response:
    return page("stories/saved.html", block="draft_state", **said)


def _what_became(story: Story, on_the_wall: str) -> str:
    match story.state:
        case StoryState.PUBLISHED:
            return on_the_wall
        case StoryState.PREPARING:
            return _("Thank you! It goes on as soon as the photos are ready.")
        case _:
            return _("Thank you! Somebody reads it first; you hear from us soon.")
