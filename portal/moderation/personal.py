"""What moderation keeps about members: cases about what they wrote, and their own reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.core.i18n import lazy as _l
from portal.core.personal import rows_of
from portal.moderation.models import Case, CaseState, Report

#: what stands where a reason was: a rejected case needs one
ERASED = "—"


def export(member_id: str) -> Iterator[Part]:
    """Decisions about them with their reasons, and what they reported."""
    cases = sa.select(Case).where(Case.author_id == member_id).order_by(Case.id)
    reports = sa.select(Report).where(Report.reporter_id == member_id).order_by(Report.id)
    yield Part("decisions_about_my_posts.json", rows=rows_of(cases, _case))
    yield Part("my_reports.json", rows=rows_of(reports, _report))


def erase(member_id: str) -> None:
    """The verdicts stay for the numbers, without a word of what was decided about; so do reports, without their notes.

    What is still open is closed: what it was about is gone.
    """
    theirs = sa.update(Case).where(Case.author_id == member_id)
    changed_rows(
        theirs.where(Case.state == CaseState.OPEN).values(
            state=CaseState.WITHDRAWN, decided_at=clock.now(), version=Case.version + 1
        )
    )
    why = sa.case((Case.state == CaseState.REJECTED, ERASED), else_="")
    changed_rows(theirs.values(title="", reason=why, digest="", undo_until=None))
    about_theirs = sa.select(Case.id).where(Case.author_id == member_id)
    changed_rows(
        sa.update(Report)
        .where(sa.or_(Report.reporter_id == member_id, Report.case_id.in_(about_theirs)))
        .values(note="")
    )
    db.session.expire_all()


def counts(member_id: str) -> list[tuple[Any, Any]]:
    cases = sa.select(sa.func.count()).where(Case.author_id == member_id)
    reports = sa.select(sa.func.count()).where(Report.reporter_id == member_id)
    return [(_l("Decisions about what you posted"), cases), (_l("Things you reported"), reports)]


PERSONAL = PersonalData(
    tables=frozenset({Case.__tablename__, Report.__tablename__}), export=export, erase=erase, counts=counts
)


def _case(row: Case) -> dict[str, Any]:
    return {
        "about": row.target_kind,
        "id": row.target_id,
        "because": row.origin.value,
        "opened_at": row.opened_at,
        "state": row.state.value,
        "decided_at": row.decided_at,
        "reason": row.reason,
    }


def _report(row: Report) -> dict[str, Any]:
    return {"at": row.created_at, "case": row.case_id, "reason": row.reason.value, "note": row.note}
