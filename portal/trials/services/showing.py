"""The one place where a report comes before readers or leaves them, with what follows: photos, search, credits,
what is due.

Each move is one conditional UPDATE. Who changed the row does the rest; who came second does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.core import clock, search
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.media import services as media
from portal.trials.models import Answer, Report, ReportState, Suggestion
from portal.trials.rules.kinds import REPORT
from portal.trials.rules.reports import ANSWERED_WITHIN, PARTS
from portal.trials.services.crediting import settle_credits


def move(report: Report, came_from: Iterable[ReportState], to: ReportState, **values: Any) -> bool:
    """From one of some states to another. False when it was in none of them: somebody else was faster."""
    before = db.session.scalar(sa.select(Report.state).where(Report.id == report.id))
    if before not in set(came_from) or before is to:
        return False
    moved = sa.update(Report).where(Report.id == report.id, Report.state == before)
    if not changed_rows(moved.values(state=to, **values)):
        return False
    db.session.refresh(report)
    if before is ReportState.SHOWN:
        _leave(report)
    if to is ReportState.SHOWN:
        _enter(report)
    return True


def put_up(report: Report, came_from: Iterable[ReportState], **values: Any) -> bool:
    """Show it: now, or at its old place when it was shown before."""
    moment = report.shown_at or clock.now()
    return move(report, came_from, ReportState.SHOWN, shown_at=moment, hidden_because="", **values)


def shown_count(member_id: str) -> int:
    """How many reports of a member stand."""
    theirs = sa.select(sa.func.count()).where(
        Report.member_id == member_id, Report.state == ReportState.SHOWN
    )
    return db.session.scalar(theirs) or 0


def index_report(report: Report) -> None:
    """Let search find it by its words and its product's names. Only what is shown."""
    if report.state is not ReportState.SHOWN or report.shown_at is None:
        return
    product = db.session.get_one(Product, report.product_id)
    words = [getattr(report, part) for part in PARTS]
    names = [product.name_zh, product.name_en, report.label_zh, report.label_en]
    search.index_entry(REPORT, report.id, "\n".join([*words, *names]), sort_at=report.shown_at)


# ------------------------------------------------------------------ what moderators decide


def approve(report_id: str) -> None:
    """waiting (or hidden) → shown. Moderation tells its writer."""
    put_up(_report(report_id), {ReportState.WAITING, ReportState.HIDDEN})


def hide(report_id: str, reason: str) -> None:
    """waiting, shown → hidden; the writer reads ``reason`` and may mend it and hand it in again."""
    report = _report(report_id)
    came_from = {ReportState.WAITING, ReportState.SHOWN}
    move(report, came_from, ReportState.HIDDEN, hidden_because=reason[:255])


def restore(report_id: str, state: str) -> None:
    """Exactly as before a decision; what its writer handed in anew meanwhile stays as it is."""
    report, to = _report(report_id), ReportState(state)
    decided = {ReportState.SHOWN, ReportState.HIDDEN}
    if to is ReportState.SHOWN:
        put_up(report, decided)
    else:
        move(report, decided, to, hidden_because="" if to is ReportState.WAITING else report.hidden_because)


# ------------------------------------------------------------------ inside


def _enter(report: Report) -> None:
    assert report.shown_at is not None
    media.publish_photos(REPORT, report.id)
    index_report(report)
    settle_credits(report)
    waits = sa.update(Suggestion).where(
        Suggestion.report_id == report.id, Suggestion.answer == Answer.OPEN, Suggestion.due_at.is_(None)
    )
    changed_rows(waits.values(due_at=clock.now() + ANSWERED_WITHIN))
    db.session.expire_all()


def _leave(report: Report) -> None:
    media.withdraw_photos(REPORT, report.id)
    search.remove_entry(REPORT, report.id)
    settle_credits(report)


def _report(report_id: str) -> Report:
    lock_row(Report, report_id)
    report = db.session.get(Report, report_id, populate_existing=True)
    if report is None:
        raise Conflict(_("This report is not here any more."))
    return report
