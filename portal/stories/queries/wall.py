"""The wall: cards in one Core select, without objects of the session, at the same cost on every page.

The state stands as literal text in every condition: both databases use a partial index only when they see its
condition in the statement itself (and as plain text: SQLAlchemy would compare a boolean with 1 on SQLite).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts.models import Member
from portal.accounts.queries.distance import hidden_from, leave_out
from portal.catalog.models import Product
from portal.core import search
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.membership.models import ShownTier, Tier
from portal.stories import tagging
from portal.stories.models import Comment, Hashtag, Mood, Reaction, Story, StoryHashtag, StoryState
from portal.stories.rules import language_of

#: how much of a long story or answer a card carries; the page of the story has all of it
BODY_ON_CARD = 400
ANSWER_ON_CARD = 200

ON_THE_WALL = sa.text("story.state = 'published'")
NOT_NEWS = sa.text("NOT story.as_brand")
#: the tier beside a name: who selects these joins ``ShownTier`` and ``Tier``
TIER = (Tier.name_zh.label("tier_zh"), Tier.name_en.label("tier_en"), Tier.thread.label("tier_thread"))


@dataclass(frozen=True, slots=True)
class WallFilter:
    """Which stories: ``newest``, ``featured``, or those of a ``product`` (slug), ``tag`` (name) or ``region``."""

    kind: str = "newest"
    value: str = ""


class CardRow(NamedTuple):
    """What a card shows. ``body`` and ``answer_body`` are cut; slug and version are None for hidden products.

    Of a story that is kept for members the teaser is all there is, for whomever the card is. ``tier_thread`` is None
    when no tier stands beside the author's name.

    A card looks the same as long as ``version``, ``author_version`` and ``product_version`` do.
    """

    id: str
    version: int
    state: StoryState
    body: str
    language: str
    mood: Mood | None
    region: str
    created_at: datetime
    published_at: datetime | None
    edited_at: datetime | None
    featured_at: datetime | None
    pinned_until: datetime | None
    chosen_week: date | None
    owns_it: bool
    members_only: bool
    as_brand: bool
    cover: str | None
    cover_width: int
    cover_height: int
    cover_color: str
    cover_alt: str
    photo_count: int
    reaction_count: int
    comment_count: int
    answered_at: datetime | None
    answer_body: str | None
    product_slug: str | None
    product_name_zh: str | None
    product_name_en: str | None
    product_version: int | None
    author_id: str
    author_name: str
    author_avatar: str | None
    author_number: int
    author_version: int
    tier_zh: str | None
    tier_en: str | None
    tier_thread: str | None

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def answer_language(self) -> str:
        return language_of(self.answer_body or "", self.language)


_WIDTH = len(CardRow._fields)
_NEVER = datetime.min.replace(tzinfo=UTC)


def wall(wanted: WallFilter, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[CardRow]:
    """Published stories that fit the filter, newest first (featured: last featured first). One query."""
    statement, columns = _filtered(wanted)
    return _page(statement, columns, cursor, limit)


def freshest(limit: int) -> list[CardRow]:
    """Staff picks, the last one chosen first, then what is newest: at most ``limit`` of each. One query."""
    rows = [CardRow._make(row) for row in db.session.execute(_freshest(limit))]
    return sorted(rows, key=lambda row: (row.featured_at or _NEVER, row.published_at or _NEVER), reverse=True)


def cards(story_ids: Iterable[str]) -> list[CardRow]:
    """The published ones of these stories, in the order asked for. One query."""
    wanted = list(story_ids)
    if not wanted:
        return []
    rows = db.session.execute(_select().where(ON_THE_WALL, Story.id.in_(wanted)))
    found = {row.id: CardRow._make(row) for row in rows}
    return [found[story_id] for story_id in wanted if story_id in found]


def find_stories(query: str, viewer: Viewer | None = None, cursor: str | None = None) -> Page[CardRow]:
    """Published stories that hold every word of ``query``, newest first. At most two queries."""
    page = search.find_entries("story", query, cursor=cursor, but=_hidden_entry(viewer))
    return Page(cards(page.items), page.next_cursor)


def stories_by(
    member_id: str, viewer: Viewer | None, cursor: str | None = None, *, limit: int = PAGE_SIZE
) -> Page[CardRow]:
    """A member's own stories (brand news left out), newest first; to the member also those nobody else sees.

    None to those from whom the member is hidden.
    """
    statement = _select().where(Story.author_id == member_id, NOT_NEWS)
    if viewer is not None and viewer.id == member_id:
        statement = statement.where(Story.state.not_in((StoryState.DRAFT, StoryState.DELETED)))
    else:
        statement = leave_out(statement.where(ON_THE_WALL), viewer, Story.author_id)
    return _page(statement, (Story.created_at, Story.id), cursor, limit)


def liked_by(member_id: str, story_ids: Iterable[str]) -> set[str]:
    """Which of these stories the member likes. One query, none for no stories."""
    wanted = list(story_ids)
    if not wanted:
        return set()
    statement = sa.select(Reaction.story_id).where(
        Reaction.member_id == member_id, Reaction.story_id.in_(wanted)
    )
    return set(db.session.scalars(statement))


def region_counts(limit: int = 12) -> list[tuple[str, int]]:
    """The regions with the most stories, and how many; for the filter of the wall."""
    number = sa.func.count()
    statement = sa.select(Story.region, number).where(ON_THE_WALL, Story.region != "")
    rows = db.session.execute(
        statement.group_by(Story.region).order_by(number.desc(), Story.region).limit(limit)
    )
    return [(region, count) for region, count in rows]


# ------------------------------------------------------------------ inside


@cache
def _select() -> sa.Select[*tuple[Any, ...]]:
    """All columns of CardRow in its order."""
    answer = Comment.__table__.alias("answer")
    for_all = sa.not_(Story.members_only)
    words = sa.case((for_all, Story.body), else_=Story.teaser)
    return (
        sa.select(
            Story.id,
            Story.version,
            Story.state,
            sa.func.substr(words, 1, BODY_ON_CARD).label("body"),
            Story.language,
            Story.mood,
            Story.region,
            Story.created_at,
            Story.published_at,
            Story.edited_at,
            Story.featured_at,
            Story.pinned_until,
            Story.chosen_week,
            Story.owns_it,
            Story.members_only,
            Story.as_brand,
            sa.case((for_all, Story.cover)).label("cover"),
            Story.cover_width,
            Story.cover_height,
            Story.cover_color,
            sa.case((for_all, Story.cover_alt), else_="").label("cover_alt"),
            sa.case((for_all, Story.photo_count), else_=0).label("photo_count"),
            sa.case((for_all, Story.reaction_count), else_=0).label("reaction_count"),
            sa.case((for_all, Story.comment_count), else_=0).label("comment_count"),
            Story.answered_at,
            sa.func.substr(answer.c.body, 1, ANSWER_ON_CARD).label("answer_body"),
            sa.case((Product.shown, Product.slug)).label("product_slug"),
            Product.name_zh.label("product_name_zh"),
            Product.name_en.label("product_name_en"),
            sa.case((Product.shown, Product.version)).label("product_version"),
            Story.author_id,
            Member.display_name.label("author_name"),
            Member.avatar.label("author_avatar"),
            Member.number.label("author_number"),
            Member.version.label("author_version"),
            *TIER,
        )
        .join(Member, Member.id == Story.author_id)
        .outerjoin(ShownTier, sa.and_(ShownTier.member_id == Story.author_id, NOT_NEWS))
        .outerjoin(Tier, Tier.id == ShownTier.tier_id)
        .outerjoin(Product, Product.id == Story.product_id)
        .outerjoin(answer, answer.c.id == Story.answer_id)
    )


@cache
def _freshest(limit: int) -> sa.Select[*tuple[Any, ...]]:
    """In no order: each half is found by its own index."""
    newest, picks = (
        sa.select(Story.id)
        .where(ON_THE_WALL, condition)
        .order_by(moment.desc(), Story.id.desc())
        .limit(limit)
        .subquery()
        for moment, condition in (
            (Story.published_at, sa.true()),
            (Story.featured_at, Story.featured_at.is_not(None)),
        )
    )
    return _select().where(Story.id.in_(sa.union(sa.select(newest.c.id), sa.select(picks.c.id))))


def _hidden_entry(viewer: Viewer | None) -> sa.ColumnElement[bool] | None:
    """Whether an entry of search is about a story of somebody who is hidden from this viewer."""
    hidden = hidden_from(viewer, Story.author_id)
    if hidden is None:
        return None
    return sa.exists().where(Story.id == search.SearchEntry.object_id, hidden, NOT_NEWS)


_Columns = tuple[InstrumentedAttribute[Any], ...]


def _filtered(wanted: WallFilter) -> tuple[sa.Select[*tuple[Any, ...]], _Columns]:
    newest: _Columns = (Story.published_at, Story.id)
    statement = _select().where(ON_THE_WALL)
    match wanted.kind:
        case "featured":
            return statement.where(Story.featured_at.is_not(None)), (Story.featured_at, Story.id)
        case "product":
            product = sa.select(Product.id).where(Product.slug == wanted.value).scalar_subquery()
            return statement.where(Story.product_id == product), newest
        case "region":
            return statement.where(Story.region == wanted.value), newest
        case "tag":
            return _tagged(wanted.value), (StoryHashtag.published_at, StoryHashtag.story_id)
        case _:
            return statement, newest


def _tagged(name: str) -> sa.Select[*tuple[Any, ...]]:
    """Stories of a tag, walking the tag's own index: the moment of publication is copied into it."""
    tag = sa.select(Hashtag.id).where(Hashtag.name == tagging.normal(name)).scalar_subquery()
    return (
        _select()
        .add_columns(StoryHashtag.published_at, StoryHashtag.story_id)
        .join(StoryHashtag, StoryHashtag.story_id == Story.id)
        .where(StoryHashtag.hashtag_id == tag, StoryHashtag.published_at.is_not(None))
    )


def _page(
    statement: sa.Select[*tuple[Any, ...]], columns: _Columns, cursor: str | None, limit: int
) -> Page[CardRow]:
    page = keyset_page(statement, columns, cursor=cursor, limit=limit, scalars=False)
    return Page([CardRow._make(row[:_WIDTH]) for row in page.items], page.next_cursor)
