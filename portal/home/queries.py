"""What the doors of the house show: real numbers only, none when there is nothing to count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.brand import queries as brand_queries
from portal.catalog.queries import ProductCard, newest_products
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.feature import SearchSource
from portal.core.i18n import language
from portal.core.paging import Page
from portal.stories.models import Story
from portal.stories.queries import CardRow, freshest
from portal.stories.queries.wall import ON_THE_WALL

STORIES_ON_FRONT = 4
CHOSEN_FROM = 12
PRODUCTS_ON_FRONT = 4
LONGEST_QUERY = 80


@dataclass(frozen=True, slots=True)
class Front:
    """The front page: the freshest stories (staff picks first) and the newest products."""

    stories: list[CardRow]
    products: list[ProductCard]


@dataclass(frozen=True, slots=True)
class Found:
    """What one source answered, page by page."""

    source: SearchSource
    page: Page[object]


@dataclass(frozen=True, slots=True)
class Today:
    """What happened since midnight, shop time."""

    stories: int
    members: int


def numbers(counted: Mapping[str, sa.Select[int]]) -> dict[str, int]:
    """What each of these selects, by its name. One query for all of them."""
    if not counted:
        return {}
    row = db.session.execute(sa.select(*(number.scalar_subquery() for number in counted.values()))).one()
    return dict(zip(counted, row, strict=True))


def front(*, without: str | None = None) -> Front:
    """Staff picks, then what is newest; stories in the visitor's language come first. Two queries.

    ``without`` is a story that has a place of its own on the page.
    """
    fresh = [row for row in freshest(CHOSEN_FROM) if row.id != without]
    picks = [row for row in fresh if row.featured_at]
    stories = picks if len(picks) >= STORIES_ON_FRONT else fresh
    mine = language()
    stories = sorted(stories, key=lambda row: row.language != mine)[:STORIES_ON_FRONT]
    return Front(stories, newest_products(PRODUCTS_ON_FRONT))


def find_everywhere(
    sources: list[SearchSource], words: str, *, viewer: Viewer | None, cursor: str | None = None
) -> list[Found]:
    """Ask every source; those that found nothing are left out. ``cursor`` only makes sense with one source."""
    answers = [Found(source, source.find(words, viewer, cursor)) for source in sources]
    return [found for found in answers if found.page.items]


def today() -> Today:
    """Two counts over short indexed ranges."""
    start = day_start()
    stories = sa.select(sa.func.count()).select_from(Story).where(ON_THE_WALL, Story.published_at >= start)
    members = sa.select(sa.func.count()).select_from(Member).where(Member.joined_at >= start)
    return Today(db.session.scalar(stories) or 0, db.session.scalar(members) or 0)


def day_start() -> datetime:
    """The last midnight of the shop."""
    moment = clock.now()
    return clock.day_start(brand_queries.shop_day(moment), brand_queries.current().time_zone)
