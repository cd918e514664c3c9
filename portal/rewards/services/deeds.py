"""Deeds are noted once and taken back once; of some kinds only one a week counts.

What a deed is worth is looked up when it is noted: a weight that staff change holds for what comes. Every verb holds the
member's account first, so two deeds of one member never meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.rewards import rules
from portal.rewards.models import Deed, DeedRule, DeedWeek
from portal.rewards.queries.deeds import worth_of
from portal.rewards.rules import Worth
from portal.rewards.services.account import hold_account
from portal.rewards.services.badges import check_badges
from portal.rewards.services.points import earn_points, take_back_points
from portal.rewards.signals import DeedRecorded, DeedTakenBack, deed_recorded, deed_taken_back

#: what the points of a deed name as their source; the id is that of the line in the ledger
POINTS = "deed"


@dataclass(frozen=True, slots=True)
class _Source:
    """A deed's identity: one thing, one kind."""

    member_id: str
    kind: str
    source_kind: str
    source_id: str
    at: datetime


def record_deed(
    member_id: str, kind: str, *, source_kind: str, source_id: str, at: datetime | None = None
) -> bool:
    """Note that a member did something: stitches, points and badges follow, and those above hear of it.

    Noting the same source twice is noting it once (False); after it was taken back it may be noted again. Of a kind
    that counts once a week the second in a week is noted, and brings nothing.
    """
    hold_account(member_id)
    last = _newest(kind, source_kind, source_id)
    if last is not None and last.turn % 2 == 0:
        return False
    source = _Source(member_id, kind, source_kind, source_id, at or clock.now())
    _write(source, last.turn + 1 if last else 0, worth_of(kind) if _claim(source) else Worth(0))
    check_badges(member_id, kind)
    deed_recorded.send(DeedRecorded(member_id, kind))
    return True


def take_back_deed(kind: str, source_kind: str, source_id: str) -> bool:
    """It did not happen after all: what it brought goes. False when it was not there (any more).

    If it was the one that counted in its week, the next of that week counts instead.
    """
    last = _newest(kind, source_kind, source_id)
    if last is None:
        return False
    hold_account(last.member_id)
    last = _newest(kind, source_kind, source_id)
    if last is None or last.turn % 2:
        return False
    source = _Source(last.member_id, kind, source_kind, source_id, last.at)
    _cancel(source, last)
    _pass_week_on(source)
    check_badges(last.member_id, kind)
    deed_taken_back.send(DeedTakenBack(last.member_id, kind))
    return True


def set_worth(kind: str, *, by: Viewer | None, stitches: int, points: int) -> None:
    """What deeds of this kind bring from now on. Audited when something changed. Raises Invalid."""
    if kind not in rules.WORTH:
        raise Invalid(_("There is no such deed."))
    if worth_of(kind) == Worth(stitches, points):
        return
    if not insert_once(DeedRule, kind=kind, stitches=stitches, points=points):
        statement = sa.update(DeedRule).where(DeedRule.kind == kind)
        changed_rows(statement.values(stitches=stitches, points=points))
    db.session.expire_all()
    audit.record(
        "rewards.worth", by=by, target_kind="deed", target_id=kind[:26], stitches=stitches, points=points
    )


# ------------------------------------------------------------------ inside; the account is held


def _write(source: _Source, turn: int, worth: Worth) -> None:
    deed = Deed(
        id=new_id(),
        member_id=source.member_id,
        kind=source.kind,
        stitches=worth.stitches,
        source_kind=source.source_kind,
        source_id=source.source_id,
        turn=turn,
        at=source.at,
        noted_at=clock.now(),
    )
    db.session.add(deed)
    db.session.flush()
    if worth.points:
        wait = rules.WAIT.get(source.kind)
        earn_points(
            source.member_id,
            worth.points,
            source_kind=POINTS,
            source_id=deed.id,
            pending_until=source.at + wait if wait else None,
        )


def _cancel(source: _Source, last: Deed) -> None:
    _write(source, last.turn + 1, Worth(-last.stitches))
    take_back_points(POINTS, last.id)


def _claim(source: _Source) -> bool:
    """Whether the deed counts in its week; always, for kinds without that limit."""
    if source.kind not in rules.WEEKLY:
        return True
    return insert_once(
        DeedWeek,
        member_id=source.member_id,
        kind=source.kind,
        week=_week(source.at),
        source_kind=source.source_kind,
        source_id=source.source_id,
    )


def _pass_week_on(source: _Source) -> None:
    """The week's place is free: the earliest other deed of that week that still stands takes it."""
    if source.kind not in rules.WEEKLY:
        return
    mine = sa.delete(DeedWeek).where(
        DeedWeek.member_id == source.member_id,
        DeedWeek.kind == source.kind,
        DeedWeek.week == _week(source.at),
        DeedWeek.source_kind == source.source_kind,
        DeedWeek.source_id == source.source_id,
    )
    if not changed_rows(mine):
        return
    for other in _standing_around(source):
        heir = _Source(other.member_id, other.kind, other.source_kind, other.source_id, other.at)
        if _week(other.at) == _week(source.at) and _claim(heir):
            _cancel(heir, other)
            _write(heir, other.turn + 2, worth_of(other.kind))
            return


def _standing_around(source: _Source) -> Sequence[Deed]:
    """Deeds of the same kind by the same member within a week that still stand, the earliest first."""
    near = sa.select(Deed).where(
        Deed.member_id == source.member_id,
        Deed.kind == source.kind,
        Deed.at > source.at - clock.days(8),
        Deed.at < source.at + clock.days(8),
    )
    newest: dict[tuple[str, str], Deed] = {}
    for deed in db.session.scalars(near.order_by(Deed.turn)):
        newest[deed.source_kind, deed.source_id] = deed
    standing = [deed for deed in newest.values() if deed.turn % 2 == 0]
    return sorted(standing, key=lambda deed: (deed.at, deed.id))


def _newest(kind: str, source_kind: str, source_id: str) -> Deed | None:
    """The line that counts for this source."""
    statement = sa.select(Deed).where(
        Deed.source_kind == source_kind, Deed.source_id == source_id, Deed.kind == kind
    )
    return db.session.scalar(statement.order_by(Deed.turn.desc()).limit(1))


def _week(moment: datetime) -> date:
    return rules.week_of(moment, brand.current().time_zone)
