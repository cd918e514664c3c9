"""One story: who may see it, what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.catalog.models import Product
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.stories import rules, tagging
from portal.stories.models import Comment, Story, StoryEdit, StoryState, Storyteller
from portal.stories.queries.tags import TagRow, tags_of


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What the page of a story shows beside its text: three queries (author and product, tags, photos)."""

    author: Member
    product: Product | None
    answer: Comment | None
    tags: list[TagRow]
    photos: list[Photo]


def get_story_for(viewer: Viewer | None, story_id: str) -> Story:
    """The story if this viewer may read it, else NotFound."""
    story = db.session.get(Story, story_id)
    if story is None or not rules.may_see_story(viewer, story):
        raise NotFound(_("This story is not on the wall. Its author may have taken it down."))
    return story


def get_story_of(viewer: Viewer, story_id: str) -> Story:
    """The story if this viewer may change it, else NotFound (strangers learn nothing, not even that it exists)."""
    story = db.session.get(Story, story_id)
    if story is None or not rules.may_edit_story(viewer, story):
        raise NotFound(_("This story is not on the wall. Its author may have taken it down."))
    return story


def find_draft(member_id: str) -> Story | None:
    """The member's one draft, if there is one."""
    return db.session.scalar(
        sa.select(Story).where(Story.author_id == member_id, Story.state == StoryState.DRAFT)
    )


def story_facts(story: Story, viewer: Viewer | None) -> StoryFacts:
    """Author, product, first answer, tags and photos. Strangers get only photos that are ready and published."""
    statement = (
        sa.select(Member, Product, Comment)
        .select_from(Story)
        .join(Member, Member.id == Story.author_id)
        .outerjoin(Product, Product.id == Story.product_id)
        .outerjoin(Comment, Comment.id == Story.answer_id)
        .where(Story.id == story.id)
    )
    author, product, answer = db.session.execute(statement).one()
    return StoryFacts(author, product, answer, tags_of(story.id), _photos(story, viewer))


def edits_of(story: Story) -> list[StoryEdit]:
    """What the story said before, newest first."""
    statement = (
        sa.select(StoryEdit)
        .where(StoryEdit.story_id == story.id)
        .order_by(StoryEdit.edited_at.desc(), StoryEdit.id.desc())
        .limit(50)
    )
    return list(db.session.scalars(statement))


def field_tags_of(story: Story) -> str:
    """The tags that are not in the story's text, as they would be typed into the field of the form."""
    written = tagging.tags_in(story.body)
    return " ".join(f"#{tag.label}" for tag in tags_of(story.id) if tag.name not in written)


def published_count(member_id: str) -> int:
    """How many of the member's stories stand on the wall."""
    return db.session.scalar(sa.select(Storyteller.stories).where(Storyteller.member_id == member_id)) or 0


def photo_states(story_id: str) -> list[PhotoState]:
    """The states of the story's photos as the database has them now, in their order."""
    statement = sa.select(Photo.state).where(Photo.owner_kind == "story", Photo.owner_id == story_id)
    return list(db.session.scalars(statement.order_by(Photo.position, Photo.id)))


def _photos(story: Story, viewer: Viewer | None) -> list[Photo]:
    statement = sa.select(Photo).where(Photo.owner_kind == "story", Photo.owner_id == story.id)
    if viewer is None or not rules.may_edit_story(viewer, story):
        statement = statement.where(Photo.state == PhotoState.READY)
        if story.state is StoryState.PUBLISHED:
            statement = statement.where(Photo.published)
    return list(db.session.scalars(statement.order_by(Photo.position, Photo.id)))
