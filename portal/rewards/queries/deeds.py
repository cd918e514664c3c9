"""What members did, and what that is worth."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core.db import db
from portal.core.paging import Page, keyset_page
from portal.rewards.models import Deed, DeedRule
from portal.rewards.rules import WORTH, Worth


def stitches_between(member_id: str, start: datetime, end: datetime) -> int:
    """Stitches of what was done from ``start`` until right before ``end``; what was taken back is not in it."""
    statement = sa.select(sa.func.coalesce(sa.func.sum(Deed.stitches), 0)).where(
        Deed.member_id == member_id, Deed.at >= start, Deed.at < end
    )
    return db.session.scalar(statement) or 0


def deeds_between(member_id: str, start: datetime, end: datetime) -> dict[str, int]:
    """How many deeds of each kind still stand, of those done in that time. One query."""
    step = sa.case((Deed.turn % 2 == 0, 1), else_=-1)
    statement = (
        sa.select(Deed.kind, sa.func.sum(step))
        .where(Deed.member_id == member_id, Deed.at >= start, Deed.at < end)
        .group_by(Deed.kind)
    )
    return {kind: number for kind, number in db.session.execute(statement) if number}


def deeds_of(member_id: str, *, cursor: str | None = None) -> Page[Deed]:
    """All lines of a member's ledger, the newest first."""
    statement = sa.select(Deed).where(Deed.member_id == member_id)
    return keyset_page(statement, (Deed.noted_at, Deed.id), cursor=cursor)


def number_of(member_id: str, kind: str) -> int:
    """How many deeds of this kind stand."""
    step = sa.case((Deed.turn % 2 == 0, 1), else_=-1)
    statement = sa.select(sa.func.coalesce(sa.func.sum(step), 0))
    return db.session.scalar(statement.where(Deed.member_id == member_id, Deed.kind == kind)) or 0


def worth_of(kind: str) -> Worth:
    """What a deed of this kind brings now."""
    rule = db.session.get(DeedRule, kind)
    return Worth(rule.stitches, rule.points) if rule is not None else WORTH.get(kind, Worth(0))


def all_worth() -> dict[str, Worth]:
    """The same for every kind. One query."""
    rows = {rule.kind: Worth(rule.stitches, rule.points) for rule in db.session.scalars(sa.select(DeedRule))}
    return {kind: rows.get(kind, worth) for kind, worth in WORTH.items()}
