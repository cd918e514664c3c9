"""Reads of the studio: all trials, how far one is, and what its form offers."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.catalog.models import Category, Product, ProductVersion
from portal.core import clock
from portal.core.db import db
from portal.core.paging import Page, keyset_page
from portal.membership.models import Tier
from portal.trials.models import Application, Decision, Report, ReportState, Tester, Trial

MOST_PRODUCTS, MOST_TIERS, MOST_SHELVES = 500, 100, 300


@dataclass(frozen=True, slots=True)
class Progress:
    """How many applied and are out after all; how many were graded by two, decided on, offered a seat, and reported."""

    applied: int
    barred: int
    graded: int
    picked: int
    substitutes: int
    testers: int
    reports: int

    @property
    def eligible(self) -> int:
        return self.applied - self.barred


def all_trials(*, cursor: str | None) -> Page[Trial]:
    """Whatever opens last stands first. One query."""
    return keyset_page(sa.select(Trial), (Trial.opens_at, Trial.id), cursor=cursor)


def results_to_tell() -> sa.Select[int]:
    """How many trials took their last application and wait to be decided."""
    return sa.select(sa.func.count()).where(
        Trial.published_at.is_not(None),
        Trial.closes_at <= clock.now(),
        Trial.chosen_at.is_(None),
        Trial.cancelled_at.is_(None),
    )


def progress_of(trial_id: str) -> Progress:
    """One query."""
    there = sa.and_(Application.trial_id == trial_id, Application.withdrawn_at.is_(None))
    in_it = Application.barred == ""
    testers = sa.select(sa.func.count()).where(Tester.trial_id == trial_id).scalar_subquery()
    reports = (
        sa.select(sa.func.count())
        .where(Report.trial_id == trial_id, Report.state != ReportState.DRAFT)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(Application.barred != ""),
            sa.func.count().filter(in_it, Application.grade.is_not(None)),
            sa.func.count().filter(Application.decision == Decision.PICKED),
            sa.func.count().filter(Application.decision == Decision.SUBSTITUTE),
            testers,
            reports,
        )
        .select_from(Application)
        .where(there)
    ).one()
    return Progress(*row)


def things_to_try() -> list[tuple[str, str]]:
    """Products and their versions, as ``product`` or ``product/version``, with what they are called. One query."""
    statement = (
        sa.select(Product, ProductVersion)
        .outerjoin(ProductVersion, ProductVersion.product_id == Product.id)
        .order_by(Product.created_at.desc(), Product.id, ProductVersion.released_on.desc(), ProductVersion.id)
    )
    found: dict[str, str] = {}
    for product, version in db.session.execute(statement.limit(MOST_PRODUCTS)):
        found.setdefault(product.id, product.name)
        if version is not None:
            found[f"{product.id}/{version.id}"] = f"{product.name} · {version.label}"
    return list(found.items())


def tiers_to_choose() -> list[tuple[str, str]]:
    """One query."""
    statement = sa.select(Tier).order_by(Tier.kind, Tier.position, Tier.id).limit(MOST_TIERS)
    return [(tier.id, tier.name) for tier in db.session.scalars(statement)]


def shelves_to_choose() -> list[tuple[str, str]]:
    """Top ones with those below them. One query."""
    top = sa.orm.aliased(Category)
    statement = (
        sa.select(Category, top)
        .outerjoin(top, top.id == Category.parent_id)
        .order_by(sa.func.coalesce(top.position, Category.position), top.id, Category.position, Category.id)
        .limit(MOST_SHELVES)
    )
    rows = db.session.execute(statement)
    return [(one.id, f"{above.name} · {one.name}" if above else one.name) for one, above in rows]
