"""Lists of trials: what takes applications and comes, and what is under way or over. Drafts are in none of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Category, Product, ProductVersion
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.membership.models import Tier
from portal.trials.models import Trial
from portal.trials.rules.phases import Phase, next_moment, phase_of


@dataclass(frozen=True, slots=True)
class Listed:
    """A trial with what is tried in it, and whom it is for."""

    trial: Trial
    product: Product
    version: ProductVersion | None
    tier: Tier | None
    shelf: Category | None
    picture: Photo | None
    phase: Phase
    until: datetime | None

    @property
    def shows_product(self) -> bool:
        """What is kept secret until its drop has no page and no picture for visitors."""
        return self.product.shown


def running(*, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Listed]:
    """What can be applied for now or soon, what closes first standing first. One query."""
    alive = sa.and_(Trial.closes_at > clock.now(), Trial.cancelled_at.is_(None))
    return _page(alive, by=Trial.closes_at, cursor=cursor, limit=limit, ascending=True)


def closed(*, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Listed]:
    """What is being chosen, tried or over, the newest first. One query."""
    gone = sa.and_(Trial.closes_at <= clock.now(), Trial.cancelled_at.is_(None))
    return _page(gone, by=Trial.opens_at, cursor=cursor, limit=limit)


def get_listed(slug: str) -> Listed:
    """The trial at this address with all that its page says about it. One query. Raises NotFound, for drafts too."""
    found = _statement().where(Trial.slug == slug).execution_options(populate_existing=True)
    row = db.session.execute(found).one_or_none()
    if row is None:
        raise NotFound(_("There is no such trial."))
    return _listed(row, clock.now())


# ------------------------------------------------------------------ inside


def _page(which: Any, *, by: Any, cursor: str | None, limit: int, ascending: bool = False) -> Page[Listed]:
    page = keyset_page(
        _statement().where(which),
        (by, Trial.id),
        cursor=cursor,
        limit=limit,
        ascending=ascending,
        scalars=False,
    )
    now = clock.now()
    return Page([_listed(row, now) for row in page.items], page.next_cursor)


def _statement() -> sa.Select[*tuple[Any, ...]]:
    """The key columns stand by name beside the trial, as pages want them."""
    ready = sa.and_(Photo.id == Product.picture, Photo.state == PhotoState.READY)
    return (
        sa.select(
            Trial,
            Product,
            ProductVersion,
            Tier,
            Category,
            Photo,
            Trial.opens_at,
            Trial.closes_at,
            Trial.id,
        )
        .join(Product, Product.id == Trial.product_id)
        .outerjoin(ProductVersion, ProductVersion.id == Trial.version_id)
        .outerjoin(Tier, Tier.id == Trial.tier_id)
        .outerjoin(Category, Category.id == Trial.category_id)
        .outerjoin(Photo, ready)
        .where(Trial.published_at.is_not(None))
    )


def _listed(row: Any, now: datetime) -> Listed:
    phase = phase_of(row.Trial, now)
    return Listed(
        row.Trial,
        row.Product,
        row.ProductVersion,
        row.Tier,
        row.Category,
        row.Photo if row.Product.shown else None,
        phase,
        next_moment(row.Trial, phase),
    )
