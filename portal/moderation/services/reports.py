"""Members point at something that should not be there."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, lock_row, new_id
from portal.core.errors import Conflict, NotAllowed
from portal.core.i18n import _
from portal.moderation import queries
from portal.moderation.models import Case, CaseOrigin, CaseState, Report, ReportReason
from portal.moderation.services.cases import open_case

#: so many reports of one member may wait at a time: nobody fills the queue alone
MOST_OPEN = 20


def open_report(target_kind: str, target_id: str, reason: ReportReason, note: str, *, by: Viewer) -> Case:
    """Report a public thing; reports of the same thing merge into one case, each member counts once.

    A verdict is remembered: who reported this before and was told that it stays gets the old case back, until the
    content changes. NotFound when readers cannot see it, NotAllowed for one's own, Conflict while MOST_OPEN others of
    this member wait.
    """
    view = queries.get_public_target(target_kind, target_id)
    if view.author_id == by.id:
        raise NotAllowed(_("This is yours: you can change or delete it yourself."))
    before = queries.find_own_report(target_kind, target_id, member_id=by.id)
    if before is not None and queries.still_stands(before.case, view):
        return before.case
    _must_have_room(by)
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


def _must_have_room(by: Viewer) -> None:
    """The reporter is held, so that twenty tabs are no way around it."""
    lock_row(Member, by.id, whole=False)
    waiting = (
        sa.select(sa.func.count())
        .select_from(Report)
        .join(Case, Case.id == Report.case_id)
        .where(Report.reporter_id == by.id, Case.state == CaseState.OPEN)
    )
    if (db.session.scalar(waiting) or 0) >= MOST_OPEN:
        raise Conflict(
            _(
                "%(most)s of your reports still wait for us. Please send this one when we have looked at some.",
                most=MOST_OPEN,
            )
        )
