"""Reports of testers as moderation sees them: their label stands above them there too."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import db, lock_row
from portal.core.feature import ModerationTarget, TargetView
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.core.media.queries import photos_of_many
from portal.trials.models import Report, ReportState, Suggestion
from portal.trials.queries.reports import body_of
from portal.trials.rules import kinds
from portal.trials.services import showing


def describe(ids: list[str]) -> dict[str, TargetView]:
    """What the queue shows of these reports; three queries. Drafts are left out."""
    statement = sa.select(Report).where(Report.id.in_(ids), Report.state != ReportState.DRAFT)
    reports = db.session.scalars(statement).all()
    found = [report.id for report in reports]
    photos, suggested = photos_of_many(kinds.REPORT, found), _suggested(found)
    return {
        report.id: TargetView(
            target_id=report.id,
            author_id=report.member_id,
            title="",
            body=body_of(report, suggested[report.id]),
            url=path_to("trials.report", report_id=report.id),
            photo_ids=tuple(photo.id for photo in photos[report.id]),
            language=report.language,
            public=report.state is ReportState.SHOWN,
        )
        for report in reports
    }


def state_of(report_id: str) -> str:
    """The present state, as moderation remembers it."""
    found = db.session.scalar(sa.select(Report.state).where(Report.id == report_id))
    return found.value if found else ""


def hold(report_id: str) -> None:
    lock_row(Report, report_id)


def _suggested(ids: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {one: [] for one in ids}
    words = sa.select(Suggestion.report_id, Suggestion.words).where(Suggestion.report_id.in_(ids))
    for row in db.session.execute(words.order_by(Suggestion.position)):
        found[row.report_id].append(row.words)
    return found


REPORT = ModerationTarget(
    kind=kinds.REPORT,
    label=_l("Trial report"),
    describe=describe,
    hold=hold,
    state_of=state_of,
    approve=showing.approve,
    hide=showing.hide,
    restore=showing.restore,
)
