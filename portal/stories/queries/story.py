"""One story: who may see it, what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries.distance import apart, sees_past
from portal.accounts.showing import Asked, may_see
from portal.catalog.models import Product
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotAllowed, NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.membership.models import ShownTier, Tier
from portal.stories import rules
from portal.stories.models import Comment, CommentState, Story, StoryEdit, StoryState, Storyteller
from portal.stories.queries.members_only import FOR_MEMBERS, may_read
from portal.stories.queries.tags import TagRow, tags_of
from portal.stories.queries.wall import TIER
from portal.stories.queries.weeks import Holder, this_week, with_holder


class Author(NamedTuple):
    """Who told the story: what everyone may see of them, because the page is the same for all who only read it."""

    id: str
    number: int
    display_name: str
    avatar: str | None
    bio: str
    tier_zh: str | None
    tier_en: str | None
    tier_thread: str | None


class About(NamedTuple):
    """The product that the story is about; hidden ones have no page (``shown``)."""

    slug: str
    name_zh: str
    name_en: str
    shown: bool


class Answer(NamedTuple):
    """The brand's first answer."""

    body: str
    created_at: datetime


class Picture(NamedTuple):
    """A photo of the story that is ready to be seen."""

    id: str
    width: int
    height: int
    color: str | None
    alt: str


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What the page of a story shows beside its text: three queries (author, product and answer; tags; photos)."""

    author: Author
    product: About | None
    answer: Answer | None
    tags: list[TagRow]
    photos: list[Picture]
    #: who has this week's place, for those who may choose this story for it
    holder: Holder | None


def get_story_for(viewer: Viewer | None, story_id: str) -> Story:
    """The story if this viewer may read it, else NotFound; NotAllowed when only its teaser is for them."""
    story = get_story_or_teaser(viewer, story_id)
    if not may_read(viewer, story):
        raise NotAllowed(str(FOR_MEMBERS))
    return story


def get_story_or_teaser(viewer: Viewer | None, story_id: str) -> Story:
    """The story if this viewer may know of it, else NotFound. What of it they may read, ``may_read`` says."""
    story = _find_story(viewer, story_id)
    if story is None or not rules.may_see_story(viewer, story):
        raise NotFound(_("This story is not on the wall. Its author may have taken it down."))
    return story


def get_story_of(viewer: Viewer, story_id: str) -> Story:
    """The story if this viewer may change it, else NotFound (strangers learn nothing, not even that it exists)."""
    story = db.session.get(Story, story_id)
    if story is None or not rules.may_edit_story(viewer, story):
        raise NotFound(_("This story is not on the wall. Its author may have taken it down."))
    return story


def is_preparing(viewer: Viewer, story_id: str) -> bool:
    """Whether the story waits for its photos, as far as this viewer may know."""
    story = db.session.get(Story, story_id)
    return story is not None and story.state is StoryState.PREPARING and rules.may_see_story(viewer, story)


def _find_story(viewer: Viewer | None, story_id: str) -> Story | None:
    """The story, unless its author is hidden from this viewer; the house never is. One query."""
    if viewer is None or not viewer.keeps_apart or sees_past(viewer):
        return db.session.get(Story, story_id)
    met = sa.or_(Story.as_brand, sa.not_(apart(viewer.id, Story.author_id)))
    return db.session.scalar(sa.select(Story).where(Story.id == story_id, met))


def find_draft(member_id: str) -> Story | None:
    """The member's one draft, if there is one."""
    return db.session.scalar(
        sa.select(Story).where(Story.author_id == member_id, Story.state == StoryState.DRAFT)
    )


def story_facts(story: Story, viewer: Viewer | None) -> StoryFacts:
    """Author, product, first answer, tags and photos. Strangers get only photos that are published."""
    statement = _around()
    if rules.may_choose_story(viewer, story):
        statement = with_holder(statement, this_week())
    row = db.session.execute(statement, {"story": story.id}).one()
    author, about, answer, holder = row[:9], row[9:13], row[13:15], row[15:]
    return StoryFacts(
        _author(*author),
        About._make(about) if about[0] else None,
        Answer._make(answer) if answer[0] else None,
        tags_of(story.id),
        _pictures(story, viewer),
        Holder.of(*holder) if holder else None,
    )


def edits_of(story: Story) -> list[StoryEdit]:
    """What the story said before, newest first."""
    statement = (
        sa.select(StoryEdit)
        .where(StoryEdit.story_id == story.id)
        .order_by(StoryEdit.edited_at.desc(), StoryEdit.id.desc())
        .limit(50)
    )
    return list(db.session.scalars(statement))


def published_count(member_id: str) -> int:
    """How many of the member's stories stand on the wall."""
    return db.session.scalar(sa.select(Storyteller.stories).where(Storyteller.member_id == member_id)) or 0


def photo_states(story_id: str) -> list[PhotoState]:
    """The states of the story's photos as the database has them now, in their order."""
    statement = sa.select(Photo.state).where(Photo.owner_kind == "story", Photo.owner_id == story_id)
    return list(db.session.scalars(statement.order_by(Photo.position, Photo.id)))


def _author(
    member_id: str,
    number: int,
    name: str,
    avatar: str | None,
    bio: str,
    visibility: dict[str, Any],
    *tier: str | None,
) -> Author:
    open_bio = bio if may_see(None, Asked(member_id, visibility), "bio") else ""
    return Author(member_id, number, name, avatar, open_bio, *tier)


@cache
def _around() -> sa.Select[*tuple[Any, ...]]:
    """The columns of Author (and who may see them), About and Answer."""
    shown = sa.and_(Comment.id == Story.answer_id, Comment.state == CommentState.PUBLISHED)
    return (
        sa.select(
            Member.id,
            Member.number,
            Member.display_name,
            Member.avatar,
            Member.bio,
            Member.visibility,
            *TIER,
            Product.slug,
            Product.name_zh,
            Product.name_en,
            Product.shown,
            Comment.body,
            Comment.created_at,
        )
        .select_from(Story)
        .join(Member, Member.id == Story.author_id)
        .outerjoin(ShownTier, ShownTier.member_id == Story.author_id)
        .outerjoin(Tier, Tier.id == ShownTier.tier_id)
        .outerjoin(Product, Product.id == Story.product_id)
        .outerjoin(Comment, shown)
        .where(Story.id == sa.bindparam("story"))
    )


def _pictures(story: Story, viewer: Viewer | None) -> list[Picture]:
    """``viewer`` may read the story; photos of one that is kept for members are published nowhere."""
    private = rules.may_edit_story(viewer, story) or story.state is not StoryState.PUBLISHED
    private = private or story.members_only
    rows = db.session.execute(_ready(), {"story": story.id, "private": private})
    return [Picture._make(row) for row in rows]


@cache
def _ready() -> sa.Select[*tuple[Any, ...]]:
    """Photos whose pictures exist; not yet published ones only when ``private``."""
    return (
        sa.select(Photo.id, Photo.width, Photo.height, Photo.color, Photo.alt)
        .where(Photo.owner_kind == "story", Photo.owner_id == sa.bindparam("story"))
        .where(Photo.state == PhotoState.READY)
        .where(sa.or_(Photo.published, sa.bindparam("private", type_=sa.Boolean)))
        .order_by(Photo.position, Photo.id)
    )
