"""What a page of the wall depends on, without its words: asked for every visitor, so each is one light statement.

A stamp names a story and the versions of everything its card shows; a card drawn for the same stamp is still true.
The statements stand ready made on plain tables: building them, or objects of the session, would cost more than the
database does.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries.distance import leave_out
from portal.brand.models import BrandSettings
from portal.catalog.models import Product
from portal.core.access import Viewer
from portal.core.db import UTCDateTime, db
from portal.core.paging import PAGE_SIZE, Key, Page, cursor_after, keyset_page
from portal.core.plain import Driver, Plain
from portal.stories import tagging
from portal.stories.campaign_models import Campaign, CampaignStory
from portal.stories.models import Hashtag, Prompt, Reaction, Story, StoryHashtag, WallTotals
from portal.stories.queries.wall import ON_THE_WALL, WallFilter
from portal.stories.queries.weeks import oldest_shown

# plain columns (typed loosely: a table knows its columns by name only)
_story: Any = Story.__table__.c
_member: Any = Member.__table__.c
_product: Any = Product.__table__.c
_tag: Any = Hashtag.__table__.c
_tagged: Any = StoryHashtag.__table__.c
_prompt: Any = Prompt.__table__.c
_campaign: Any = Campaign.__table__.c
_part: Any = CampaignStory.__table__.c
#: None when it is hidden: then its name leads nowhere
_shown_version = sa.case((_product.shown, _product.version))


class Stamp(NamedTuple):
    """A story on the wall and the versions of what its card shows. ``at`` is when it went up.

    A story's own version grows with each like and comment, too.
    """

    id: str
    version: int
    author_version: int
    product_version: int | None
    at: datetime


_WIDTH = len(Stamp._fields)
_VERSIONS = ("version", "author_version", "product_version")
_Statement = tuple[sa.Select[*tuple[Any, ...]], tuple[Key, ...]]


def wall_stamps(
    wanted: WallFilter, viewer: Viewer | None = None, *, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Stamp]:
    """The stamps of the stories that :func:`queries.wall` would give, in its order. One query.

    Stories of members who are hidden from the viewer are left out.
    """
    if cursor or wanted.value or (viewer and viewer.keeps_apart):
        statement, columns = _filtered(wanted)
        statement = leave_out(statement, viewer, _story.author_id, as_brand=_story.as_brand)
        page = keyset_page(statement, columns, cursor=cursor, limit=limit, scalars=False)
        return Page([Stamp._make(row[:_WIDTH]) for row in page.items], page.next_cursor)
    statement, columns = _first_page(wanted)
    rows = db.session.execute(statement, {"most": limit + 1}).all()
    more = cursor_after(rows[limit - 1], columns) if len(rows) > limit else None
    return Page([Stamp._make(row[:_WIDTH]) for row in rows[:limit]], more)


class HeadStamp(NamedTuple):
    """Everything that what stands above the cards depends on, besides the language and the day."""

    stories: int | None
    storytellers: int | None
    themes: str | None
    prompts: str | None
    news: str | None
    week: str | None
    campaigns: str | None


def head_stamp(*, today: date, now: datetime) -> HeadStamp:
    """One query; compared with an earlier one it tells whether anything above the cards changed."""
    bound = {"today": today, "now": now, "since": oldest_shown(today)}
    return HeadStamp._make(tuple(db.session.execute(_head(), bound).one()))


def page_stamp(driver: Driver) -> tuple[Any, ...]:
    """Everything that the first page of the wall depends on, as one row of one statement.

    Beside the stamps themselves the brand's settings, and all prompts, pins and the latest story of a week, whether
    they show now or not: who keeps an answer by this stamp may keep it for some seconds only. Asked on the driver's
    own connection: one statement needs no transaction around it.
    """
    return _page.ask(driver) or ()


def likes_among(member_id: str, story_ids: list[str]) -> frozenset[str]:
    """Which of these stories the member likes. One query, none for no stories."""
    if not story_ids:
        return frozenset()
    rows = db.session.execute(_likes(), {"member": member_id, "stories": story_ids})
    return frozenset(row[0] for row in rows)


# ------------------------------------------------------------------ inside


@cache
def _light() -> sa.Select[*tuple[Any, ...]]:
    tables = Story.__table__.join(Member.__table__, _member.id == _story.author_id)
    return sa.select(
        _story.id,
        _story.version,
        _member.version.label("author_version"),
        _shown_version.label("product_version"),
        _story.published_at,
    ).select_from(tables.outerjoin(Product.__table__, _product.id == _story.product_id))


def _filtered(wanted: WallFilter) -> _Statement:
    statement, newest = _light().where(ON_THE_WALL), (_story.published_at, _story.id)
    match wanted.kind:
        case "featured":
            chosen = statement.add_columns(_story.featured_at).where(_story.featured_at.is_not(None))
            return chosen, (_story.featured_at, _story.id)
        case "product":
            product = sa.select(_product.id).where(_product.slug == wanted.value).scalar_subquery()
            return statement.where(_story.product_id == product), newest
        case "region":
            return statement.where(_story.region == wanted.value), newest
        case "tag":
            return _with_tag(wanted.value), (_tagged.published_at, _tagged.story_id)
        case "campaign":
            return _of_campaign(wanted.value), (_part.published_at, _part.story_id)
        case _:
            return statement, newest


def _with_tag(name: str) -> sa.Select[*tuple[Any, ...]]:
    tag = sa.select(_tag.id).where(_tag.name == tagging.normal(name)).scalar_subquery()
    return (
        _light()
        .add_columns(_tagged.published_at, _tagged.story_id)
        .join(StoryHashtag.__table__, _tagged.story_id == _story.id)
        .where(_tagged.hashtag_id == tag, _tagged.published_at.is_not(None))
    )


def _of_campaign(campaign_id: str) -> sa.Select[*tuple[Any, ...]]:
    return (
        _light()
        .add_columns(_part.published_at, _part.story_id)
        .join(CampaignStory.__table__, _part.story_id == _story.id)
        .where(_part.campaign_id == campaign_id, _part.published_at.is_not(None))
    )


@cache
def _first_page(wanted: WallFilter) -> _Statement:
    """Ready made: only for filters without a value, of which there are two."""
    statement, columns = _filtered(wanted)
    order = [column.desc() for column in columns]
    return statement.order_by(*order).limit(sa.bindparam("most", type_=sa.Integer)), columns


@cache
def _head() -> sa.Select[*tuple[Any, ...]]:
    today = sa.bindparam("today", type_=sa.Date)
    runs = sa.and_(_prompt.starts_on <= today, _prompt.ends_on > today)
    now = sa.bindparam("now", type_=UTCDateTime)
    shows = _story.chosen_week >= sa.bindparam("since", type_=sa.Date)
    running = sa.and_(
        _campaign.starts_at <= now, now < sa.func.coalesce(_campaign.closed_at, _campaign.ends_at)
    )
    return _above(runs, _story.pinned_until > now, shows, running)


def _above(*when: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """HeadStamp's columns; ``when`` narrows prompts, pins, the story of the week and campaigns."""
    runs, holds, shows = when[:3] or (sa.true(), sa.true(), sa.true())
    theme = _joined(_tag.id, _tag.label_zh, _tag.label_en, _tag.theme_position, _tag.story_count)
    themes = sa.select(theme).where(_tag.theme_position >= sa.literal_column("0"))  # by its index
    prompts = (
        sa.select(_joined(_prompt.id, _tag.label_zh, _tag.label_en, _tag.story_count))
        .select_from(Prompt.__table__.join(Hashtag.__table__, _tag.id == _prompt.hashtag_id))
        .where(runs)
    )
    news = (
        sa.select(_joined(_story.id, _story.version, _shown_version))
        .select_from(Story.__table__.outerjoin(Product.__table__, _product.id == _story.product_id))
        .where(ON_THE_WALL, _story.pinned_until.is_not(None), holds)
    )
    week = (
        sa.select(_line(_story.id, _story.version, _member.version))
        .select_from(Story.__table__.join(Member.__table__, _member.id == _story.author_id))
        .where(ON_THE_WALL, _story.chosen_week >= sa.literal_column("'1970-01-01'"), shows)  # by its index
        .order_by(_story.chosen_week.desc())
        .limit(sa.literal_column("1"))
    )
    campaigns = _running(*when[3:]) if when else _all_campaigns()
    totals = WallTotals.__table__.c
    return sa.select(
        sa.select(totals.stories).scalar_subquery(),
        sa.select(totals.storytellers).scalar_subquery(),
        *(part.scalar_subquery() for part in (themes, prompts, news, week, campaigns)),
    )


def _running(running: sa.ColumnElement[bool]) -> sa.Select[str]:
    line = _joined(_campaign.id, _campaign.version)
    return sa.select(line).where(_campaign.announced_at.is_not(None), running)


def _all_campaigns() -> sa.Select[str]:
    """How many, and the sum of their versions: rows never go and versions only grow, so every change changes it."""
    return sa.select(_line(sa.func.count(), sa.func.sum(_campaign.version)))


def _select_page() -> sa.Select[*tuple[Any, ...]]:
    statement, columns = _filtered(WallFilter())
    order = [column.desc() for column in columns]
    top = statement.order_by(*order).limit(sa.literal_column(str(PAGE_SIZE + 1))).subquery()
    line = _joined(*(top.c[name] for name in ("id", *_VERSIONS)))
    changed = sa.select(sa.cast(BrandSettings.__table__.c.updated_at, sa.String))
    return _above().add_columns(sa.select(line).scalar_subquery(), changed.scalar_subquery())


_page = Plain(_select_page)


def _joined(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """All rows as one text: nobody reads it, it is only compared."""
    return sa.func.aggregate_strings(_line(*columns), ";")


def _line(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """One row as one text."""
    nothing, between = sa.literal_column("''", sa.String), sa.literal_column("'|'", sa.String)
    parts = [sa.func.coalesce(sa.cast(column, sa.String), nothing) for column in columns]
    line: sa.ColumnElement[str] = parts[0]
    for part in parts[1:]:
        line = line + between + part
    return line


@cache
def _likes() -> sa.Select[str]:
    liked = Reaction.__table__.c
    stories: sa.BindParameter[list[str]] = sa.bindparam("stories", expanding=True)
    return sa.select(liked.story_id).where(
        liked.member_id == sa.bindparam("member"), liked.story_id.in_(stories)
    )
