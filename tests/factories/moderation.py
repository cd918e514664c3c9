"""Cases and reports. Without a target a case is about its author's member page."""

from __future__ import annotations

from typing import Any

from portal.core import clock
from portal.core.db import db, new_id
from portal.moderation.models import Case, CaseOrigin, Report, ReportReason


def case(author: Any = None, **facts: Any) -> Case:
    """One open case."""
    from tests.factories.accounts import member as make_member

    writer = author or make_member()
    db.session.flush()
    values: dict[str, Any] = {
        "id": new_id(),
        "target_kind": "profile",
        "target_id": writer.id,
        "author_id": writer.id,
        "origin": CaseOrigin.REPORTED,
        "title": writer.display_name,
        "opened_at": clock.now(),
    }
    row = Case(**{**values, **facts})
    db.session.add(row)
    return row


def report(case: Case, reporter: Any = None, **facts: Any) -> Report:
    """One member's report, counted in its case."""
    from tests.factories.accounts import member as make_member

    who = reporter or make_member()
    db.session.flush()
    values: dict[str, Any] = {
        "id": new_id(),
        "case_id": case.id,
        "reporter_id": who.id,
        "reason": ReportReason.SPAM,
        "created_at": clock.now(),
    }
    row = Report(**{**values, **facts})
    case.report_count = (case.report_count or 0) + 1
    db.session.add(row)
    return row
