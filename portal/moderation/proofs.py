"""What can be recomputed about cases."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from portal.core.db import db
from portal.moderation.models import Case, Report


def wrong_report_counts() -> Iterator[tuple[str, int, int]]:
    """Cases whose kept number of reports differs from the reports there are."""
    true = sa.select(sa.func.count()).where(Report.case_id == Case.id).scalar_subquery()
    wrong = sa.select(Case.id, Case.report_count, true).where(Case.report_count != true)
    yield from (tuple(row) for row in db.session.execute(wrong))
