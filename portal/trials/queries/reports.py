"""Reads of reports: as everybody reads them, and as their writer and staff do. What is no longer shown is in no list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.accounts.queries.distance import is_apart, leave_out, sees_past
from portal.catalog.models import Product, ProductVersion
from portal.core import search
from portal.core.access import Permission, Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo
from portal.core.media.queries import photos_of_many
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.core.words import spoken
from portal.trials.models import Answer, Aspect, Mending, Rating, Report, ReportState, Suggestion, Trial
from portal.trials.rules.kinds import REPORT
from portal.trials.rules.reports import MENDABLE, PARTS, may_see

#: a product's adopted suggestions on one page
MOST_CHANGES = 24


@dataclass(frozen=True, slots=True)
class Points:
    """What one aspect got: of one report 1–5, of several their mean."""

    name: str
    points: float
    number: int = 1

    @property
    def length(self) -> int:
        """Of a bar of 100."""
        return round(self.points * 20)


@dataclass(frozen=True, slots=True)
class ReportToRead:
    """A report with what stands around it, everywhere it shows. ``suggestions`` only on its own page."""

    report: Report
    member: Member
    trial: Trial
    product: Product
    points: Sequence[Points] = ()
    photos: Sequence[Photo] = ()
    suggestions: Sequence[tuple[Suggestion, str]] = ()

    @property
    def label(self) -> str:
        """Says that the product was free. Never left out."""
        return spoken(self.report.label_zh, self.report.label_en)

    @property
    def has_page(self) -> bool:
        """Whether the tester still has a page to lead to."""
        return self.member.state is MemberState.ACTIVE and not self.member.profile_hidden


def get_report_for(viewer: Viewer | None, report_id: str) -> ReportToRead:
    """The report if this viewer may read it, with all that its page shows. Raises NotFound. Five queries at most."""
    row = db.session.execute(_around().where(Report.id == report_id)).first()
    if row is None or not may_see(viewer, row.Report) or _keeps_away(viewer, row.Report):
        raise NotFound(_("This report is not here any more."))
    return replace(_with_points([row])[0], suggestions=suggestions_of(report_id))


def reports_of_trial(
    trial_id: str, viewer: Viewer | None, *, cursor: str | None = None
) -> Page[ReportToRead]:
    """Those of a trial that are shown, the latest first. Three queries."""
    return _shown(_around().where(Report.trial_id == trial_id), viewer, cursor, PAGE_SIZE)


def reports_of_product(
    product_id: str, viewer: Viewer | None, *, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[ReportToRead]:
    """Those of a product over all its trials, the latest first. Three queries."""
    return _shown(_around().where(Report.product_id == product_id), viewer, cursor, limit)


def reports_for_staff(trial_id: str, *, cursor: str | None = None) -> Page[ReportToRead]:
    """All that were handed in, whatever became of them, the latest first. Three queries."""
    handed_in = _around().where(Report.trial_id == trial_id, Report.state != ReportState.DRAFT)
    return _page(handed_in, cursor, PAGE_SIZE)


def find_reports(words: str, viewer: Viewer | None, cursor: str | None = None) -> Page[ReportToRead]:
    """Reports that hold all of these words, the latest first, without their points and photos. One query."""
    entries = search.entries_with(REPORT, words)
    if entries is None:
        return Page([], None)
    named = entries.add_columns(Report, Member, Trial, Product).join(
        Report, Report.id == search.SearchEntry.object_id
    )
    shown = leave_out(_beside(named).where(Report.state == ReportState.SHOWN), viewer, Report.member_id)
    found = keyset_page(shown, search.NEWEST, cursor=cursor, scalars=False)
    items = [ReportToRead(row.Report, row.Member, row.Trial, row.Product) for row in found.items]
    return Page(items, found.next_cursor)


# ------------------------------------------------------------------ parts


def means_of(which: sa.ColumnElement[bool]) -> list[Points]:
    """The mean of each aspect over all shown reports for which ``which`` holds, aspects of one name together. One query.

    Figures are about nobody, so nobody is left out of them.
    """
    name = (Aspect.name_zh, Aspect.name_en)
    mean, number = sa.func.avg(Rating.points), sa.func.count()
    statement = (
        sa.select(*name, mean, number)
        .select_from(Rating)
        .join(Aspect, Aspect.id == Rating.aspect_id)
        .join(Report, Report.id == Rating.report_id)
        .where(which, Report.state == ReportState.SHOWN)
        .group_by(*name)
        .order_by(sa.func.min(Aspect.position), *name)
    )
    rows = db.session.execute(statement).all()
    return [Points(spoken(row[0], row[1]), round(float(row[2]), 1), row[3]) for row in rows]


def points_of(report_ids: Iterable[str]) -> dict[str, list[Points]]:
    """What these reports gave, in the order of the trial's list; every id asked for is a key. One query."""
    found: dict[str, list[Points]] = {one: [] for one in report_ids}
    if found:
        statement = (
            sa.select(Rating.report_id, Rating.points, Aspect.name_zh, Aspect.name_en)
            .join(Aspect, Aspect.id == Rating.aspect_id)
            .where(Rating.report_id.in_(found))
            .order_by(Aspect.position)
        )
        for row in db.session.execute(statement):
            found[row.report_id].append(Points(spoken(row.name_zh, row.name_en), row.points))
    return found


def suggestions_of(report_id: str) -> list[tuple[Suggestion, str]]:
    """In their order, each with the name of the version that took it up. One query."""
    statement = (
        sa.select(Suggestion, ProductVersion.label)
        .outerjoin(ProductVersion, ProductVersion.id == Suggestion.version_id)
        .where(Suggestion.report_id == report_id)
        .order_by(Suggestion.position)
    )
    return [(row[0], row[1] or "") for row in db.session.execute(statement)]


def points_given(report: Report) -> dict[str, int]:
    """What it gives, by the id of the aspect. One query."""
    given = sa.select(Rating.aspect_id, Rating.points).where(Rating.report_id == report.id)
    return {row.aspect_id: row.points for row in db.session.execute(given)}


def suggested(report: Report) -> list[str]:
    """The words of its suggestions in their order. One query."""
    words = sa.select(Suggestion.words).where(Suggestion.report_id == report.id)
    return list(db.session.scalars(words.order_by(Suggestion.position)))


def body_of(report: Report, suggestions: Sequence[str]) -> str:
    """All its words as moderators read them, the label first and in the language of the report: where there is room for the
    beginning only, it is the label."""
    label = report.label_en if report.language == "en" else report.label_zh
    words = (getattr(report, part) for part in PARTS)
    return "\n\n".join(part for part in (label, report.tested, *words, *suggestions) if part)


def handed_in(report: Report) -> dict[str, str]:
    """What staff may mend, as its writer handed it in, by part. One query, none when nothing was mended."""
    words = {part: str(getattr(report, part)) for part in MENDABLE}
    if report.form_mended_at is None:
        return words
    mended = sa.select(Mending.part, Mending.before, Mending.after).where(Mending.report_id == report.id)
    rewritten = set()  # its writer had it back since then, and wrote something else
    for row in db.session.execute(mended.order_by(Mending.at.desc(), Mending.id.desc())):
        if row.after != words[row.part]:
            rewritten.add(row.part)
        elif row.part not in rewritten:
            words[row.part] = row.before
    return words


@dataclass(frozen=True, slots=True)
class Change:
    """A suggestion that a version took up. ``label``: that of its report, never left out."""

    suggestion: Suggestion
    version: ProductVersion
    member: Member
    label: str


def changes_of(product_id: str, viewer: Viewer | None) -> list[Change]:
    """What became different because of reports, the latest version first. One query."""
    statement = (
        sa.select(Suggestion, ProductVersion, Member, Report.label_zh, Report.label_en)
        .join(Report, Report.id == Suggestion.report_id)
        .join(ProductVersion, ProductVersion.id == Suggestion.version_id)
        .join(Member, Member.id == Report.member_id)
        .where(
            Report.product_id == product_id,
            Report.state == ReportState.SHOWN,
            Suggestion.answer == Answer.ADOPTED,
        )
        .order_by(ProductVersion.released_on.desc(), ProductVersion.id.desc(), Suggestion.id)
        .limit(MOST_CHANGES)
    )
    rows = db.session.execute(leave_out(statement, viewer, Report.member_id))
    return [Change(*row[:3], label=spoken(row.label_zh, row.label_en)) for row in rows]


def may_see_photos(viewer: Viewer, report_id: str) -> bool:
    """Those who run trials see photos that are not (any more) shown; moderators and the writer do anyway."""
    if not viewer.can(Permission.MANAGE_TRIALS):
        return False
    report = db.session.get(Report, report_id)
    return report is not None and may_see(viewer, report)


# ------------------------------------------------------------------ inside


def _around() -> sa.Select[*tuple[Any, ...]]:
    return _beside(sa.select(Report, Member, Trial, Product, Report.handed_in_at, Report.id))


def _beside(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Joined with its writer, its trial and its product."""
    return (
        statement.join(Member, Member.id == Report.member_id)
        .join(Trial, Trial.id == Report.trial_id)
        .join(Product, Product.id == Report.product_id)
    )


def _keeps_away(viewer: Viewer | None, report: Report) -> bool:
    if viewer is None or not viewer.keeps_apart or sees_past(viewer):
        return False
    return is_apart(viewer.id, report.member_id)


def _shown(
    statement: sa.Select[*tuple[Any, ...]], viewer: Viewer | None, cursor: str | None, limit: int
) -> Page[ReportToRead]:
    shown = leave_out(statement.where(Report.state == ReportState.SHOWN), viewer, Report.member_id)
    return _page(shown, cursor, limit)


def _page(statement: sa.Select[*tuple[Any, ...]], cursor: str | None, limit: int) -> Page[ReportToRead]:
    keys = (Report.handed_in_at, Report.id)
    found = keyset_page(statement, keys, cursor=cursor, limit=limit, scalars=False)
    return Page(_with_points(found.items), found.next_cursor)


def _with_points(rows: Sequence[Any]) -> list[ReportToRead]:
    """Two queries for any number of reports."""
    ids = [row.Report.id for row in rows]
    points, photos = points_of(ids), photos_of_many(REPORT, ids)
    return [
        ReportToRead(row.Report, row.Member, row.Trial, row.Product, points[one], photos[one])
        for one, row in zip(ids, rows, strict=True)
    ]
