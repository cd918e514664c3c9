"""Single cases, the things they are about, and one member's report."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.feature import TargetView
from portal.core.i18n import _
from portal.core.installation import registry
from portal.moderation.models import Case, CaseState, Report
from portal.moderation.rules import digest_of


@dataclass(frozen=True)
class OwnReport:
    """What a member reported, and the case it went into."""

    report: Report
    case: Case


def get_case(case_id: str) -> Case:
    case = db.session.get(Case, case_id)
    if case is None:
        raise NotFound(_("There is no such case."))
    return case


def case_of(target_kind: str, target_id: str) -> Case | None:
    """The newest case of a thing, open or decided."""
    return db.session.scalar(
        _of(target_kind, target_id).order_by(Case.opened_at.desc(), Case.id.desc()).limit(1)
    )


def open_case_of(target_kind: str, target_id: str) -> Case | None:
    return db.session.scalar(_of(target_kind, target_id).where(Case.state == CaseState.OPEN))


def find_target(target_kind: str, target_id: str) -> TargetView | None:
    """The thing as its own feature describes it; None when it is gone or no feature knows the kind."""
    target = registry().targets.get(target_kind)
    return target.describe([target_id]).get(target_id) if target else None


def get_public_target(target_kind: str, target_id: str) -> TargetView:
    """The thing, if readers can see it now; NotFound otherwise, whether it exists or not."""
    view = find_target(target_kind, target_id)
    if view is None or not view.public:
        raise NotFound(_("There is nothing at this address that could be reported."))
    return view


def find_own_report(target_kind: str, target_id: str, *, member_id: str) -> OwnReport | None:
    """The newest report of this member about this thing."""
    statement = (
        sa.select(Report, Case)
        .join(Case, Case.id == Report.case_id)
        .where(Case.target_kind == target_kind, Case.target_id == target_id, Report.reporter_id == member_id)
        .order_by(Report.created_at.desc(), Report.id.desc())
        .limit(1)
    )
    row = db.session.execute(statement).first()
    return OwnReport(row[0], row[1]) if row else None


def still_stands(case: Case, view: TargetView | None) -> bool:
    """Whether the case still answers for the thing as it is now: open, or decided about this very content."""
    if case.state is CaseState.OPEN or view is None:
        return True
    return case.state is CaseState.APPROVED and case.digest == digest_of(view)


def _of(target_kind: str, target_id: str) -> sa.Select[Case]:
    return sa.select(Case).where(Case.target_kind == target_kind, Case.target_id == target_id)
