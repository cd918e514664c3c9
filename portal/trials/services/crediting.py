"""What a product owes to a suggestion stands on its page; the words only while everybody can read the report they come from."""

from __future__ import annotations

import sqlalchemy as sa

from portal.catalog.models import CreditKind, ProductVersion
from portal.catalog.services import credit, reword_credits
from portal.core.db import db
from portal.core.links import path_to
from portal.trials.models import Report, ReportState, Suggestion
from portal.trials.rules.kinds import SUGGESTION


def credit_suggestion(suggestion: Suggestion, report: Report, version: ProductVersion) -> None:
    """The product credits the tester for good, in this version of it. Twice is once."""
    credit(
        report.product_id,
        CreditKind.SUGGESTED,
        member_id=report.member_id,
        words=_said(suggestion, report),
        source_kind=SUGGESTION,
        source_id=suggestion.id,
        path=path_of(suggestion, report),
        note_zh=report.label_zh,
        note_en=report.label_en,
        version_id=version.id,
    )


def settle_credits(report: Report) -> None:
    """The credits of its suggestions say them while it is shown, and nothing once it was taken down or forgotten."""
    credited = sa.select(Suggestion).where(
        Suggestion.report_id == report.id, Suggestion.version_id.is_not(None)
    )
    for one in db.session.scalars(credited.order_by(Suggestion.id)):
        reword_credits(SUGGESTION, one.id, {report.member_id: _said(one, report)})


def path_of(suggestion: Suggestion, report: Report) -> str:
    """Where it stands, in its report."""
    return path_to("trials.report", report_id=report.id, _anchor=f"suggestion-{suggestion.id}")


def short(words: str, most: int = 255) -> str:
    """In one line; what is too long ends in dots."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


# ------------------------------------------------------------------ inside


def _said(suggestion: Suggestion, report: Report) -> str:
    return short(suggestion.words) if report.state is ReportState.SHOWN else ""
