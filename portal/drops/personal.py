"""What is kept here about a member: which drops they wait for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.drops.models import Drop, DropReminder


def export(member_id: str) -> Iterator[Part]:
    yield Part("drop_reminders.json", rows=_reminders(member_id))


def erase(member_id: str) -> None:
    """Nobody waits for anything any more."""
    changed_rows(sa.delete(DropReminder).where(DropReminder.member_id == member_id))
    db.session.expire_all()


PERSONAL = PersonalData(tables=frozenset({DropReminder.__tablename__}), export=export, erase=erase)


def _reminders(member_id: str) -> Iterator[dict[str, Any]]:
    joined = sa.select(DropReminder, Drop).join(Drop, Drop.id == DropReminder.drop_id)
    mine = joined.where(DropReminder.member_id == member_id).order_by(DropReminder.asked_at, Drop.id)
    for row, drop in db.session.execute(mine.execution_options(yield_per=100)):
        yield {
            "drop": drop.name,
            "starts_at": drop.starts_at.isoformat(),
            "asked_at": row.asked_at.isoformat(),
            "told_at": row.told_at.isoformat() if row.told_at else None,
        }
