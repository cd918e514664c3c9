"""Reads of suggestions for those who answer them: what is due, oldest first, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.catalog.models import Product, ProductVersion
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.core.words import spoken
from portal.trials.models import Answer, Report, ReportState, Suggestion, Trial

MOST_VERSIONS = 50


class Show(StrEnum):
    """What the desk can show. ``unnamed``: taken up, and no version named yet."""

    OPEN = "open"
    UNNAMED = "unnamed"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Asked:
    """A suggestion on the desk, with whose it is and what it is about."""

    suggestion: Suggestion
    report: Report
    member: Member
    trial: Trial
    product: Product
    version: str

    @property
    def label(self) -> str:
        return spoken(self.report.label_zh, self.report.label_en)

    @property
    def is_late(self) -> bool:
        due = self.suggestion.due_at
        return self.suggestion.answer is Answer.OPEN and due is not None and due < clock.now()


def suggestions_on_desk(show: Show, *, cursor: str | None) -> Page[Asked]:
    """Those that wait: the oldest due first; the others: the latest answered first. One query."""
    statement = _asked().where(_which(show))
    if show is Show.OPEN:
        found = keyset_page(
            statement.add_columns(Suggestion.due_at, Suggestion.id),
            (Suggestion.due_at, Suggestion.id),
            cursor=cursor,
            ascending=True,
            scalars=False,
        )
    else:
        found = keyset_page(
            statement.add_columns(Suggestion.answered_at, Suggestion.id),
            (Suggestion.answered_at, Suggestion.id),
            cursor=cursor,
            scalars=False,
        )
    return Page([_one(row) for row in found.items], found.next_cursor)


def find_asked(suggestion_id: str, show: Show) -> Asked | None:
    """One of those, wherever it stands in the line. One query."""
    row = db.session.execute(_asked().where(Suggestion.id == suggestion_id, _which(show))).first()
    return _one(row) if row else None


def get_suggestion(suggestion_id: str) -> Suggestion:
    """Raises NotFound, for those of drafts too."""
    found = db.session.get(Suggestion, suggestion_id)
    if found is None or found.due_at is None:
        raise NotFound(_("This is not here any more."))
    return found


def counts() -> dict[Show, int]:
    """How many of each there are. One query."""
    parts = [
        sa.select(sa.func.count()).select_from(Suggestion).join(Report).where(_which(show)).scalar_subquery()
        for show in Show
    ]
    row = db.session.execute(sa.select(*parts)).one()
    return dict(zip(Show, row, strict=True))


def open_suggestions() -> sa.Select[int]:
    """How many wait for an answer."""
    return sa.select(sa.func.count()).select_from(Suggestion).join(Report).where(_which(Show.OPEN))


def versions_to_name(product_id: str) -> list[ProductVersion]:
    """The product's versions, the newest first. One query."""
    theirs = sa.select(ProductVersion).where(ProductVersion.product_id == product_id)
    newest = theirs.order_by(ProductVersion.released_on.desc(), ProductVersion.id.desc())
    return list(db.session.scalars(newest.limit(MOST_VERSIONS)))


# ------------------------------------------------------------------ inside


def _which(show: Show) -> sa.ColumnElement[bool]:
    shown = Report.state == ReportState.SHOWN
    if show is Show.OPEN:
        return sa.and_(shown, Suggestion.answer == Answer.OPEN, Suggestion.due_at.is_not(None))
    said = Suggestion.words != ""  # of somebody who left nothing is told
    if show is Show.UNNAMED:
        return sa.and_(said, Suggestion.answer == Answer.ADOPTED, Suggestion.version_id.is_(None))
    return sa.and_(said, Suggestion.answer != Answer.OPEN)


def _asked() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Suggestion, Report, Member, Trial, Product, ProductVersion.label)
        .join(Report, Report.id == Suggestion.report_id)
        .join(Member, Member.id == Report.member_id)
        .join(Trial, Trial.id == Report.trial_id)
        .join(Product, Product.id == Report.product_id)
        .outerjoin(ProductVersion, ProductVersion.id == Suggestion.version_id)
    )


def _one(row: Any) -> Asked:
    return Asked(row.Suggestion, row.Report, row.Member, row.Trial, row.Product, row.label or "")
