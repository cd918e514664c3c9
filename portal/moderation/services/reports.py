"""Members point at something that should not be there."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.core.errors import NotAllowed
from portal.core.i18n import _
from portal.moderation import queries
from portal.moderation.models import Case, CaseOrigin, Report, ReportReason
from portal.moderation.services.cases import open_case


def open_report(target_kind: str, target_id: str, reason: ReportReason, note: str, *, by: Viewer) -> Case:
    """Report a public thing; reports of the same thing merge into one case, each member counts once.

    A verdict is remembered: who reported this before and was told that it stays gets the old case back, until the
    content changes. NotFound when readers cannot see it, NotAllowed for one's own.
    """
    view = queries.get_public_target(target_kind, target_id)
    if view.author_id == by.id:
        raise NotAllowed(_("This is yours: you can change or delete it yourself."))
    before = queries.find_own_report(target_kind, target_id, member_id=by.id)
    if before is not None and queries.still_stands(before.case, view):
        return before.case
    case_id = open_case(
        target_kind,
        target_id,
        author_id=view.author_id,
        origin=CaseOrigin.REPORTED,
        title=view.title or view.body,
        change={"version": Case.version},  # nothing changes, but the row is ours until the end
    )
    added = insert_once(
        Report,
        id=new_id(),
        case_id=case_id,
        reporter_id=by.id,
        reason=reason,
        note=note[:255],
        created_at=clock.now(),
    )
    if added:
        changed_rows(sa.update(Case).where(Case.id == case_id).values(report_count=Case.report_count + 1))
    db.session.expire_all()
    return db.session.get_one(Case, case_id)
