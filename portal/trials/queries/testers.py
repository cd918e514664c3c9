"""A member's own trials: what they applied for, and the clock of where they were chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.paging import Page, keyset_page
from portal.deliveries.models import Delivery
from portal.trials.models import Application, Report, Standing, Tester, Trial
from portal.trials.queries.marks import marks_of
from portal.trials.rules.kinds import TESTER
from portal.trials.rules.phases import Phase, phase_of
from portal.trials.rules.scores import reliability_of


@dataclass(frozen=True, slots=True)
class Mine:
    """One application of a member, and what became of it. ``picture`` only of a product that has a page."""

    application: Application
    trial: Trial
    product: Product
    picture: Photo | None
    tester: Tester | None
    phase: Phase


@dataclass(frozen=True, slots=True)
class MyTrial:
    """Everything that the page of one tester shows."""

    tester: Tester
    application: Application
    trial: Trial
    product: Product
    picture: Photo | None
    delivery: Delivery | None
    report: Report | None


@dataclass(frozen=True, slots=True)
class Reliance:
    """How much trials can rely on a member: 0–100, from ``marks`` trials; ``paused_until`` when they rest."""

    points: int
    marks: int
    paused_until: datetime | None


def has_any(member_id: str) -> bool:
    """Whether they ever applied. One light query."""
    return bool(db.session.scalar(sa.select(sa.exists().where(Application.member_id == member_id))))


def own(member_id: str, cursor: str | None) -> Page[Mine]:
    """What they applied for, the newest first; what was taken back is not in it. One query."""
    now = clock.now()
    mine = (
        sa.select(
            Application, Trial, Product, Photo, Tester, Application.applied_at, Application.id.label("id")
        )
        .join(Trial, Trial.id == Application.trial_id)
        .join(Product, Product.id == Trial.product_id)
        .outerjoin(Photo, _picture())
        .outerjoin(Tester, Tester.application_id == Application.id)
        .where(Application.member_id == member_id, Application.withdrawn_at.is_(None))
        .execution_options(populate_existing=True)
    )
    keys = (Application.applied_at, Application.id)
    page = keyset_page(mine, keys, cursor=cursor, scalars=False)
    return Page([_mine(row, now) for row in page.items], page.next_cursor)


def get_own(tester_id: str, member_id: str) -> Tester:
    """Raises NotFound for somebody else's. One query."""
    found = db.session.get(Tester, tester_id, populate_existing=True)
    if found is None or found.member_id != member_id:
        raise NotFound(_("There is no trial of yours at this address."))
    return found


def get_my_trial(tester_id: str, member_id: str) -> MyTrial:
    """Their trial with its parcel and its report. One query. Raises NotFound for somebody else's."""
    theirs = sa.and_(Delivery.owner_kind == TESTER, Delivery.owner_id == Tester.id)
    statement = (
        sa.select(Tester, Application, Trial, Product, Photo, Delivery, Report)
        .join(Application, Application.id == Tester.application_id)
        .join(Trial, Trial.id == Tester.trial_id)
        .join(Product, Product.id == Trial.product_id)
        .outerjoin(Photo, _picture())
        .outerjoin(Delivery, theirs)
        .outerjoin(Report, Report.tester_id == Tester.id)
        .where(Tester.id == tester_id, Tester.member_id == member_id)
    )
    row = db.session.execute(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(_("There is no trial of yours at this address."))
    return MyTrial(*row)


def reliance_of(member_id: str) -> Reliance:
    """As it is now. Two queries."""
    now, marks = clock.now(), marks_of([member_id])[member_id]
    rest = db.session.scalar(sa.select(Standing.paused_until).where(Standing.member_id == member_id))
    return Reliance(reliability_of(marks, now), len(marks), rest if rest is not None and rest > now else None)


def _picture() -> sa.ColumnElement[bool]:
    return sa.and_(Photo.id == Product.picture, Photo.state == PhotoState.READY, Product.shown)


def _mine(row: Any, now: datetime) -> Mine:
    return Mine(row.Application, row.Trial, row.Product, row.Photo, row.Tester, phase_of(row.Trial, now))
