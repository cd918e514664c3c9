"""Stories and everything people do with them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalMoment, OptionalRef, Str64, Str255, enum_type

PUBLISHED = "state = 'published'"


def _published(name: str, *columns: str, extra: str = "") -> sa.Index:
    where = sa.text(PUBLISHED + extra)
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


class StoryState(StrEnum):
    """draft → (preparing →) held or published; held → published or rejected; published → hidden; any → deleted.

    ``preparing``: handed in, but photos are still in the worker; the last one that gets ready moves the story on. A
    refused photo sends it back to draft. Rejected and hidden stories may be mended and handed in again.
    """

    DRAFT = "draft"
    PREPARING = "preparing"
    HELD = "held"
    PUBLISHED = "published"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    DELETED = "deleted"


class CommentState(StrEnum):
    PUBLISHED = "published"
    HELD = "held"
    HIDDEN = "hidden"
    DELETED = "deleted"


class Mood(StrEnum):
    JOY = "joy"
    CALM = "calm"
    PROUD = "proud"
    MOVED = "moved"
    ADVENTUROUS = "adventurous"
    NOSTALGIC = "nostalgic"


class Story(Base):
    """A member's (or the brand's) story. Counters are kept with it and re-proved by ``flask prove``.

    ``as_brand`` stories are brand news: author is the member of staff who wrote them, readers see the brand.
    A member has at most one draft. ``version`` grows with every change a reader can see. ``chosen_week`` is the
    Monday (shop time) of the week whose story it is: a week has at most one story, a story at most one week.
    ``owns_it``: its author bought the product it is about, and kept it. ``members_only`` news is read whole by members
    with the perk (and staff); everybody else sees its ``teaser``, on every wall as well.
    """

    __tablename__ = "story"
    __table_args__ = (
        _published("ix_story_newest", "published_at", "id"),
        _published("ix_story_featured", "featured_at", "id", extra=" AND featured_at IS NOT NULL"),
        _published("ix_story_product", "product_id", "published_at", "id"),
        _published("ix_story_region", "region", "published_at", "id"),
        _published(
            "ix_story_unanswered", "published_at", "id", extra=" AND answered_at IS NULL AND NOT as_brand"
        ),
        _published("ix_story_pinned", "pinned_until", extra=" AND pinned_until IS NOT NULL"),
        _published("ix_story_week", "chosen_week", extra=" AND chosen_week IS NOT NULL"),
        sa.Index(
            "uq_story_chosen_week",
            "chosen_week",
            unique=True,
            sqlite_where=sa.text("chosen_week IS NOT NULL"),
            postgresql_where=sa.text("chosen_week IS NOT NULL"),
        ),
        sa.Index("ix_story_author", "author_id", "created_at", "id"),
        sa.Index(
            "ix_story_preparing",
            "submitted_at",
            sqlite_where=sa.text("state = 'preparing'"),
            postgresql_where=sa.text("state = 'preparing'"),
        ),
        sa.Index(
            "uq_story_draft",
            "author_id",
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        ),
        sa.CheckConstraint("reaction_count >= 0", name="reactions_not_negative"),
        sa.CheckConstraint("comment_count >= 0", name="comments_not_negative"),
        sa.CheckConstraint("photo_count >= 0 AND photo_count <= 9", name="photos_bounded"),
        sa.CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_when"),
        sa.CheckConstraint("NOT members_only OR (as_brand AND teaser <> '')", name="teased"),
    )

    id: Mapped[Id]
    author_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    as_brand: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    state: Mapped[StoryState] = mapped_column(enum_type(StoryState), default=StoryState.DRAFT)
    body: Mapped[LongText] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="zh_CN")
    mood: Mapped[Mood | None] = mapped_column(enum_type(Mood))
    product_id: Mapped[str | None] = mapped_column(sa.ForeignKey("product.id"))
    region: Mapped[Str64] = mapped_column(sa.String(64), default="")
    cover: Mapped[OptionalRef]
    cover_width: Mapped[int] = mapped_column(sa.Integer, default=0)
    cover_height: Mapped[int] = mapped_column(sa.Integer, default=0)
    cover_color: Mapped[str] = mapped_column(sa.String(7), default="")
    cover_alt: Mapped[str] = mapped_column(sa.String(500), default="")
    photo_count: Mapped[int] = mapped_column(sa.Integer, default=0)
    reaction_count: Mapped[int] = mapped_column(sa.Integer, default=0)
    comment_count: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[Moment]
    submitted_at: Mapped[OptionalMoment]
    published_at: Mapped[OptionalMoment]
    edited_at: Mapped[OptionalMoment]
    featured_at: Mapped[OptionalMoment]
    pinned_until: Mapped[OptionalMoment]
    chosen_week: Mapped[date | None] = mapped_column(sa.Date)
    answered_at: Mapped[OptionalMoment]
    answer_id: Mapped[OptionalRef]
    greeters_asked_at: Mapped[OptionalMoment]
    rejected_reason: Mapped[Str255] = mapped_column(sa.String(255), default="")
    owns_it: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    members_only: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    teaser: Mapped[Str255] = mapped_column(sa.String(255), default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def open_words(self) -> str:
        """What everybody may read of it: what search finds, and what is said of it elsewhere."""
        return self.teaser if self.members_only else self.body


class StoryEdit(Base):
    """What a story said before an edit; the history is open to every reader."""

    __tablename__ = "story_edit"
    __table_args__ = (sa.Index("ix_story_edit_story", "story_id", "edited_at", "id"),)

    id: Mapped[Id]
    story_id: Mapped[str] = mapped_column(sa.ForeignKey("story.id"))
    body: Mapped[LongText]
    edited_at: Mapped[Moment]


class Reaction(Base):
    """This member likes this story. Set or cleared, never toggled: setting twice is setting once."""

    __tablename__ = "story_reaction"
    __table_args__ = (sa.Index("ix_story_reaction_member", "member_id", "created_at"),)

    story_id: Mapped[str] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    created_at: Mapped[Moment]


class Comment(Base):
    """A comment, or an answer to one (``parent_id``; two levels). ``as_brand``: shown as the brand."""

    __tablename__ = "story_comment"
    __table_args__ = (
        sa.Index("ix_story_comment_story", "story_id", "created_at", "id"),
        sa.Index("ix_story_comment_parent", "parent_id", "created_at", "id"),
        sa.Index("ix_story_comment_author", "author_id", "created_at"),
    )

    id: Mapped[Id]
    story_id: Mapped[str] = mapped_column(sa.ForeignKey("story.id"))
    parent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("story_comment.id"))
    author_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    as_brand: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    state: Mapped[CommentState] = mapped_column(enum_type(CommentState), default=CommentState.PUBLISHED)
    body: Mapped[LongText]
    created_at: Mapped[Moment]


class Hashtag(Base):
    """A word that gathers stories. A theme is a hashtag that staff pinned to the wall (``theme_position``)."""

    __tablename__ = "hashtag"
    __table_args__ = (
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("theme_position"),
        sa.CheckConstraint("story_count >= 0", name="stories_not_negative"),
    )

    id: Mapped[Id]
    name: Mapped[Str64]
    label_zh: Mapped[Str64]
    label_en: Mapped[Str64]
    theme_position: Mapped[int | None] = mapped_column(sa.Integer)
    story_count: Mapped[int] = mapped_column(sa.Integer, default=0)


class StoryHashtag(Base):
    """A story carries a hashtag. The state-dependent moment is copied here, so that the tag's wall is one index."""

    __tablename__ = "story_hashtag"
    __table_args__ = (sa.Index("ix_story_hashtag_newest", "hashtag_id", "published_at", "story_id"),)

    story_id: Mapped[str] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    hashtag_id: Mapped[str] = mapped_column(sa.ForeignKey("hashtag.id"), primary_key=True)
    published_at: Mapped[OptionalMoment]


class Prompt(Base):
    """The question of a week, with its hashtag. ``starts_on`` is a shop-time Monday or any day the staff chose."""

    __tablename__ = "story_prompt"
    __table_args__ = (
        sa.UniqueConstraint("starts_on"),
        sa.CheckConstraint("starts_on < ends_on", name="days_in_order"),
    )

    id: Mapped[Id]
    hashtag_id: Mapped[str] = mapped_column(sa.ForeignKey("hashtag.id"))
    text_zh: Mapped[Str255]
    text_en: Mapped[Str255]
    starts_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date] = mapped_column(sa.Date)


class WallTotals(Base):
    """How many stories stand on the wall and how many people told them: one row, kept with every publication."""

    __tablename__ = "wall_totals"
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="single_row"),
        sa.CheckConstraint("stories >= 0 AND storytellers >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False, default=1)
    stories: Mapped[int] = mapped_column(sa.Integer, default=0)
    storytellers: Mapped[int] = mapped_column(sa.Integer, default=0)


class Storyteller(Base):
    """How many stories of a member stand on the wall; a row at 0 remembers someone who once did."""

    __tablename__ = "storyteller"
    __table_args__ = (sa.CheckConstraint("stories >= 0", name="not_negative"),)

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    stories: Mapped[int] = mapped_column(sa.Integer, default=0)


class Renaming(Base):
    """A product or hashtag has a new name, and search does not know it yet for its stories after ``reached``.

    The row goes when all are done. ``version`` grows when it is renamed once more meanwhile: then all begins anew.
    """

    __tablename__ = "story_renaming"

    source_id: Mapped[str] = mapped_column(sa.String(26), primary_key=True)
    reached: Mapped[str] = mapped_column(sa.String(26), default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    due_at: Mapped[Moment]
