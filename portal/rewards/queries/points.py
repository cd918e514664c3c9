"""A member's points: what is there, what waits, what expires when, and the ledger with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.core.paging import Page, keyset_page
from portal.core.words import spoken
from portal.rewards.models import (
    Deed,
    EntryKind,
    PointAccount,
    PointAct,
    PointEntry,
    PointLot,
    Redemption,
    Reward,
)

#: shown is the last day on which something is good, not the first on which it is not
LAST_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """``balance`` may be spent, ``pending`` waits, ``debt`` is paid by what comes next."""

    balance: int = 0
    pending: int = 0
    debt: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger, with what it was for: a kind of deed, a reward's name, or a person's words."""

    id: str
    kind: EntryKind
    amount: int
    at: datetime
    source_kind: str
    deed: str
    reward: str
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """Points by hand, as staff read it."""

    id: str
    amount: int
    reason: str
    at: datetime
    member_id: str
    member_name: str
    member_number: int
    by_name: str


def standing_of(member_id: str) -> Standing:
    """The three numbers. What was due since the last job counts from the next one on."""
    account = db.session.get(PointAccount, member_id)
    return Standing(account.balance, account.pending, account.debt) if account is not None else Standing()


def expiring(member_id: str) -> list[tuple[datetime, int]]:
    """How many of the member's points are good until which moment, the next to go first; at most thirteen months."""
    statement = (
        sa.select(PointLot.expires_at, sa.func.sum(PointLot.remaining))
        .where(PointLot.member_id == member_id, PointLot.released_at.is_not(None), PointLot.remaining > 0)
        .group_by(PointLot.expires_at)
        .order_by(PointLot.expires_at)
        .limit(14)
    )
    return [(moment - LAST_MOMENT, int(points)) for moment, points in db.session.execute(statement)]


def waiting(member_id: str) -> list[tuple[datetime, int]]:
    """When how many pending points come in, the next first; at most a dozen moments."""
    statement = (
        sa.select(PointLot.available_at, sa.func.sum(PointLot.remaining))
        .where(PointLot.member_id == member_id, PointLot.released_at.is_(None), PointLot.remaining > 0)
        .group_by(PointLot.available_at)
        .order_by(PointLot.available_at)
        .limit(12)
    )
    return [(moment, int(points)) for moment, points in db.session.execute(statement)]


def ledger(member_id: str, *, cursor: str | None = None) -> Page[Line]:
    """Every line of the member's ledger with its reason, the newest first. One query."""
    statement = (
        sa.select(
            PointEntry.id,
            PointEntry.kind,
            PointEntry.amount,
            PointEntry.at,
            PointEntry.source_kind,
            Deed.kind.label("deed"),
            Reward.name_zh,
            Reward.name_en,
            PointAct.reason,
        )
        .outerjoin(Deed, sa.and_(PointEntry.source_kind == "deed", Deed.id == PointEntry.source_id))
        .outerjoin(
            Redemption, sa.and_(PointEntry.source_kind == "redemption", Redemption.id == PointEntry.source_id)
        )
        .outerjoin(Reward, Reward.id == Redemption.reward_id)
        .outerjoin(PointAct, sa.and_(PointEntry.source_kind == "hand", PointAct.id == PointEntry.source_id))
        .where(PointEntry.member_id == member_id)
    )
    page = keyset_page(statement, (PointEntry.at, PointEntry.id), cursor=cursor, scalars=False)
    return Page([_line(row) for row in page.items], page.next_cursor)


def acts(*, cursor: str | None = None) -> Page[Act]:
    """Points by hand, the newest first. One query."""
    who, giver = sa.orm.aliased(Member), sa.orm.aliased(Member)
    statement = (
        sa.select(
            PointAct.id,
            PointAct.amount,
            PointAct.reason,
            PointAct.at,
            PointAct.member_id,
            who.display_name.label("member_name"),
            who.number.label("member_number"),
            sa.func.coalesce(giver.display_name, "").label("by_name"),
        )
        .join(who, who.id == PointAct.member_id)
        .outerjoin(giver, giver.id == PointAct.by_id)
    )
    page = keyset_page(statement, (PointAct.at, PointAct.id), cursor=cursor, scalars=False)
    return Page([Act(**row._mapping) for row in page.items], page.next_cursor)


def accounts_due(limit: int = 200) -> Sequence[str]:
    """Members with points that waited long enough, or that are too old: at most so many."""
    now = clock.now()
    due = sa.or_(
        sa.and_(PointLot.released_at.is_(None), PointLot.available_at <= now),
        sa.and_(PointLot.released_at.is_not(None), PointLot.remaining > 0, PointLot.expires_at <= now),
    )
    statement = sa.select(PointLot.member_id).where(due).distinct().order_by(PointLot.member_id)
    return db.session.scalars(statement.limit(limit)).all()


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        kind=row.kind,
        amount=row.amount,
        at=row.at,
        source_kind=row.source_kind,
        deed=row.deed or "",
        reward=spoken(row.name_zh or "", row.name_en or ""),
        reason=row.reason or "",
    )
