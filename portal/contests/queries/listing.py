"""Lists of contests: what runs and comes, and what is decided. Drafts are in none of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Product, ProductColor
from portal.contests.models import Contest, ContestRules, Entry, EntryState
from portal.contests.rules.phases import Phase, next_moment, phase_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.paging import PAGE_SIZE, Page, keyset_page


@dataclass(frozen=True, slots=True)
class Listed:
    """A contest with what it looks for a name for, and the name that won. ``rules_hash`` once they are frozen.

    ``color`` and ``picture`` only while the product is shown: what is a secret until its drop is told by nothing here.
    """

    contest: Contest
    product: Product
    color: ProductColor | None
    picture: Photo | None
    winner: str | None
    rules_hash: str | None
    phase: Phase
    until: datetime | None

    @property
    def shows_product(self) -> bool:
        """Whether its name and its page may be told."""
        return self.product.shown


def running(
    *, product_id: str | None = None, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Listed]:
    """What is open or comes, the earliest first. One query."""
    alive = sa.and_(Contest.decided_at.is_(None), Contest.cancelled_at.is_(None))
    return _page(alive, *_of_product(product_id), cursor=cursor, limit=limit, ascending=True)


def decided(
    *, product_id: str | None = None, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Listed]:
    """What has its name, the latest first. One query."""
    over = Contest.decided_at.is_not(None)
    return _page(over, *_of_product(product_id), cursor=cursor, limit=limit)


def get_listed(slug: str) -> Listed:
    """The contest at this address with all that its page says about it. One query. Raises NotFound, for drafts too."""
    found = _statement().where(Contest.slug == slug).execution_options(populate_existing=True)
    row = db.session.execute(found).one_or_none()
    if row is None:
        raise NotFound(_("There is no such contest."))
    return _listed(row, clock.now())


# ------------------------------------------------------------------ inside


def _of_product(product_id: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if product_id is None else (Contest.product_id == product_id,)


def _page(*which: Any, cursor: str | None, limit: int = PAGE_SIZE, ascending: bool = False) -> Page[Listed]:
    page = keyset_page(
        _statement().where(*which),
        (Contest.opens_at, Contest.id),
        cursor=cursor,
        limit=limit,
        ascending=ascending,
        scalars=False,
    )
    return Page(_all(page.items), page.next_cursor)


def _statement() -> sa.Select[*tuple[Any, ...]]:
    """The two key columns stand by name beside the contest, as pages want them."""
    ready = sa.and_(Photo.id == Product.picture, Photo.state == PhotoState.READY)
    return (
        sa.select(
            Contest,
            Product,
            ProductColor,
            Photo,
            Entry.words.label("winner"),
            ContestRules.hash.label("rules_hash"),
            Contest.opens_at,
            Contest.id,
        )
        .join(Product, Product.id == Contest.product_id)
        .outerjoin(ProductColor, ProductColor.id == Contest.color_id)
        .outerjoin(Photo, ready)
        .outerjoin(Entry, sa.and_(Entry.id == Contest.winner_id, Entry.state == EntryState.STANDING))
        .outerjoin(ContestRules, ContestRules.contest_id == Contest.id)
        .where(Contest.published_at.is_not(None))
    )


def _all(rows: Iterable[Any]) -> list[Listed]:
    now = clock.now()
    return [_listed(row, now) for row in rows]


def _listed(row: Any, now: datetime) -> Listed:
    phase = phase_of(row.Contest, now)
    return Listed(
        row.Contest,
        row.Product,
        row.ProductColor if row.Product.shown else None,
        row.Photo if row.Product.shown else None,
        row.winner,
        row.rules_hash,
        phase,
        next_moment(row.Contest, phase),
    )
