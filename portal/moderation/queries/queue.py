"""The staff queue: a fixed number of queries, whether one case waits or thirty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.core.feature import TargetView
from portal.core.installation import registry
from portal.core.paging import Page, keyset_page
from portal.moderation.models import Case, CaseOrigin, CaseState, Report
from portal.moderation.rules import digest_of

QUEUE_PAGE = 12
DECISIONS_SHOWN = 6
#: of each case; a crowd says nothing that the first of it did not, and ``report_count`` tells how large it is
REPORTS_SHOWN = 50


@dataclass(frozen=True)
class QueueFilter:
    """``all``, ``held``, ``reported`` or a kind of thing; rubbish means all."""

    name: str = "all"

    @classmethod
    def named(cls, name: str | None) -> QueueFilter:
        known = {"held", "reported", *registry().targets}
        return cls(name) if name in known else cls()

    def condition(self) -> sa.ColumnElement[bool]:
        if self.name in ("held", "reported"):
            return Case.origin == CaseOrigin(self.name)
        return sa.true() if self.name == "all" else Case.target_kind == self.name


@dataclass(frozen=True)
class CaseView:
    """One card: the case, what it is about, who wrote it and what is known about both."""

    case: Case
    target: TargetView | None
    author: Member
    reports: list[Report]
    approved_before: int
    rejected_before: int
    kept_at: datetime | None
    kept_digest: str | None

    @property
    def kept_unchanged(self) -> bool:
        """A colleague looked at this very content before and left it."""
        return self.target is not None and self.kept_digest == digest_of(self.target)


@dataclass(frozen=True)
class Tally:
    """The numbers of the rail and the filters, now."""

    held: int
    reported: int
    by_kind: dict[str, int]
    oldest_at: datetime | None
    approved: int
    rejected: int

    @property
    def waiting(self) -> int:
        return self.held + self.reported

    def under(self, show: QueueFilter) -> int:
        named = {"all": self.waiting, "held": self.held, "reported": self.reported}
        return named.get(show.name, self.by_kind.get(show.name, 0))


@dataclass(frozen=True)
class Decision:
    """What was decided lately: about whose thing, by whom, and whether it can still be undone."""

    case: Case
    author: Member
    by_name: str
    undoable: bool


def queue(show: QueueFilter, *, cursor: str | None = None, limit: int = QUEUE_PAGE) -> Page[CaseView]:
    """Open cases, the longest waiting first."""
    page = keyset_page(
        _cards().where(Case.state == CaseState.OPEN, show.condition()),
        (Case.opened_at, Case.id),
        cursor=cursor,
        limit=limit,
        ascending=True,
        scalars=False,
    )
    return Page(_views(page.items), page.next_cursor)


def view_of(case_id: str) -> CaseView | None:
    """One open case as a card; None when it is decided."""
    row = db.session.execute(_cards().where(Case.id == case_id, Case.state == CaseState.OPEN)).first()
    return _views([row])[0] if row else None


def counts(*, today: datetime) -> Tally:
    """What waits, and what was decided since ``today`` began: one query."""
    statement = (
        sa.select(Case.state, Case.origin, Case.target_kind, sa.func.count(), sa.func.min(Case.opened_at))
        .where(sa.or_(Case.state == CaseState.OPEN, Case.decided_at >= today))
        .group_by(Case.state, Case.origin, Case.target_kind)
    )
    by_state: dict[CaseState, int] = defaultdict(int)
    by_origin: dict[CaseOrigin, int] = defaultdict(int)
    by_kind: dict[str, int] = defaultdict(int)
    oldest: list[datetime] = []
    for state, origin, target_kind, number, first in db.session.execute(statement):
        by_state[state] += number
        if state is CaseState.OPEN:
            by_origin[origin] += number
            by_kind[target_kind] += number
            oldest.append(first)
    return Tally(
        held=by_origin[CaseOrigin.HELD],
        reported=by_origin[CaseOrigin.REPORTED],
        by_kind=dict(by_kind),
        oldest_at=min(oldest, default=None),
        approved=by_state[CaseState.APPROVED],
        rejected=by_state[CaseState.REJECTED],
    )


def open_count() -> sa.Select[int]:
    """How many cases wait."""
    return sa.select(sa.func.count()).select_from(Case).where(Case.state == CaseState.OPEN)


def decided(*, cursor: str | None = None, limit: int = DECISIONS_SHOWN) -> Page[Decision]:
    """Decisions of staff, newest first."""
    colleague = aliased(Member)
    statement = (
        sa.select(Case, Member, Case.decided_at, Case.id, colleague.display_name.label("by_name"))
        .join(Member, Member.id == Case.author_id)
        .outerjoin(colleague, colleague.id == Case.decided_by)
        .where(Case.decided_at.is_not(None), Case.state.in_((CaseState.APPROVED, CaseState.REJECTED)))
        # the card above may have read a case as open that a colleague has decided since
        .execution_options(populate_existing=True)
    )
    page = keyset_page(statement, (Case.decided_at, Case.id), cursor=cursor, limit=limit, scalars=False)
    now = clock.now()
    lines = [
        Decision(
            row.Case,
            row.Member,
            row.by_name or "",
            undoable=bool(row.Case.undo_until and row.Case.undo_until > now),
        )
        for row in page.items
    ]
    return Page(lines, page.next_cursor)


def _cards() -> sa.Select[Any]:
    """Cases with their authors, the author's record, and the newest time the same thing was looked at and kept."""
    earlier = aliased(Case)

    def record(state: CaseState) -> sa.ScalarSelect[int]:
        same_author = sa.and_(earlier.author_id == Case.author_id, earlier.state == state)
        return sa.select(sa.func.count()).select_from(earlier).where(same_author).scalar_subquery()

    def kept(column: Any) -> sa.ScalarSelect[Any]:
        same_thing = sa.and_(
            earlier.target_kind == Case.target_kind,
            earlier.target_id == Case.target_id,
            earlier.state == CaseState.APPROVED,
        )
        return (
            sa.select(column).where(same_thing).order_by(earlier.opened_at.desc()).limit(1).scalar_subquery()
        )

    return sa.select(
        Case,
        Member,
        Case.opened_at,
        Case.id,
        record(CaseState.APPROVED).label("approved"),
        record(CaseState.REJECTED).label("rejected"),
        kept(earlier.decided_at).label("kept_at"),
        kept(earlier.digest).label("kept_digest"),
    ).join(Member, Member.id == Case.author_id)


def _views(rows: Iterable[Any]) -> list[CaseView]:
    rows = list(rows)
    targets = _described(row.Case for row in rows)
    reports = _reports_of([row.Case.id for row in rows if row.Case.report_count])
    return [
        CaseView(
            case=row.Case,
            target=targets.get((row.Case.target_kind, row.Case.target_id)),
            author=row.Member,
            reports=reports[row.Case.id],
            approved_before=row.approved,
            rejected_before=row.rejected,
            kept_at=row.kept_at,
            kept_digest=row.kept_digest,
        )
        for row in rows
    ]


def _described(cases: Iterable[Case]) -> dict[tuple[str, str], TargetView]:
    """All targets, asked for once a kind."""
    ids: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        ids[case.target_kind].append(case.target_id)
    return {
        (kind, target_id): view
        for kind, of_kind in ids.items()
        if kind in registry().targets
        for target_id, view in registry().targets[kind].describe(of_kind).items()
    }


def _reports_of(case_ids: list[str]) -> dict[str, list[Report]]:
    """The first reports of each case, oldest first. One query."""
    found: dict[str, list[Report]] = defaultdict(list)
    if not case_ids:
        return found
    order = (Report.created_at, Report.id)
    place = sa.func.row_number().over(partition_by=Report.case_id, order_by=order).label("place")
    numbered = sa.select(Report.id, place).where(Report.case_id.in_(case_ids)).subquery()
    first = sa.and_(numbered.c.id == Report.id, numbered.c.place <= REPORTS_SHOWN)
    for report in db.session.scalars(sa.select(Report).join(numbered, first).order_by(*order)):
        found[report.case_id].append(report)
    return found
