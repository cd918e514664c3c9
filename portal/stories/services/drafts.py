"""The draft: one per member, kept through every failure."""

from __future__ import annotations

from typing import NotRequired, TypedDict, Unpack

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, insert_once, lock_row
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _, language
from portal.orders import queries as orders
from portal.stories import rules
from portal.stories.models import Mood, Story, StoryState
from portal.stories.queries import find_draft
from portal.stories.services.tags import tag_story


class Words(TypedDict):
    """What an author writes on the page of a story; ``tags_text`` is the field of hashtags."""

    body: str
    mood: NotRequired[Mood | None]
    product_id: NotRequired[str | None]
    tags_text: NotRequired[str]


def draft_of(by: Viewer) -> Story:
    """The member's one draft, made when missing. Two browsers that ask at once get the same one."""
    draft = find_draft(by.id)
    if draft is None:
        insert_once(
            Story,
            author_id=by.id,
            language=by.language or language(),
            region="",
            created_at=clock.now(),
            state=StoryState.DRAFT,
        )
        draft = find_draft(by.id)
    assert draft is not None
    return draft


def save_draft(story: Story, *, by: Viewer, **words: Unpack[Words]) -> None:
    """Keep what was typed. Works while the story is on its author's desk (draft, rejected, hidden).

    Raises Conflict when it was handed in meanwhile (another tab), Invalid when something cannot be kept.
    """
    hold_story(story, by)
    if story.state not in rules.ON_THE_DESK:
        raise Conflict(_("This story was already handed in. Reload the page to see it."))
    write_down(story, **words)


def hold_story(story: Story, by: Viewer) -> None:
    """Lock the story, read it anew, and make sure ``by`` may change it."""
    lock_row(Story, story.id)
    db.session.refresh(story)
    if not rules.may_edit_story(by, story):
        raise NotFound(_("This story is not on the wall. Its author may have taken it down."))


def write_down(story: Story, **words: Unpack[Words]) -> None:
    """Put the words into the story, and its tags. Raises Invalid when something cannot be kept."""
    story.body = _checked_body(words["body"])
    story.mood = words.get("mood")
    story.product_id = _checked_product(story, words.get("product_id"))
    story.owns_it = _is_owned(story)
    story.language = rules.language_of(story.body, story.language)
    story.version += 1
    db.session.flush()
    tag_story(story, tags_text=words.get("tags_text", ""))


def _checked_body(body: str) -> str:
    body = body.strip()
    if len(body) > rules.LONGEST_STORY:
        raise Invalid(_("Please use at most %(most)s characters.", most=rules.LONGEST_STORY), field="body")
    return body


def _is_owned(story: Story) -> bool:
    """Whether the author bought what the story is about; the brand owns everything and says so nowhere."""
    if story.product_id is None or story.as_brand:
        return False
    return bool(orders.owns(story.author_id, [story.product_id]))


def _checked_product(story: Story, product_id: str | None) -> str | None:
    """A product that is shown, or the one the story was about before."""
    if not product_id or product_id == story.product_id:
        return product_id or None
    known = db.session.scalar(sa.select(Product.id).where(Product.id == product_id, Product.shown))
    if known is None:
        raise Invalid(_("We do not have this product (any more)."), field="product")
    return product_id
