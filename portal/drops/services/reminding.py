"""Who wants to be reminded, and telling them: each reminder once for ever, and once each time a drop moves or is cancelled.

What is owed stands in the rows; both are claimed by a conditional update in the transaction that writes the message, so two
workers never tell the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, hold_name, insert_once, key_of
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.drops.models import Drop, DropReminder
from portal.drops.queries.listing import most_early_hours
from portal.drops.rules import BEFORE, opens_for
from portal.drops.services.holding import name_of
from portal.membership.models import Perk
from portal.membership.queries.access import holds, perks_of
from portal.notifications.services import notify

_HOUR = timedelta(hours=1)
#: who could not be told in time is told until so long after it opened for everybody
LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A drop whose reminders go out now to those who are let in at least so many hours before everybody."""

    drop_id: str
    early_hours: int


def ask(drop: Drop, *, by: Viewer) -> bool:
    """Remind this member shortly before it opens for them. False when they asked before. Raises Conflict for what is open or
    cancelled: nobody moves or cancels it until this transaction ends."""
    drop_id = key_of(drop)
    hold_name(name_of(drop_id), shared=True)
    held = db.session.get(Drop, drop_id, populate_existing=True)
    hours = perks_of(by.id)[Perk.EARLY_ACCESS_HOURS]
    if held is None or not held.is_public or held.cancelled_at is not None:
        raise Conflict(_("This drop does not come, so there is nothing to be reminded of."))
    if clock.now() >= opens_for(held.starts_at, hours):
        raise Conflict(_("It is open for you already."))
    return insert_once(DropReminder, drop_id=drop_id, member_id=by.id, asked_at=clock.now())


def forget(drop: Drop, *, by: Viewer) -> bool:
    """They do not want it any more. False when they had not asked."""
    return bool(changed_rows(sa.delete(DropReminder).where(*_mine(drop.id, by.id))))


def owe_news(drop: Drop, *, anew: bool) -> None:
    """Everybody who asked is told by the worker how it stands now; with ``anew`` they are reminded again before its new time."""
    values = {"news_at": clock.now()} | ({"told_at": None} if anew else {})
    changed_rows(sa.update(DropReminder).where(DropReminder.drop_id == drop.id).values(values))


# ------------------------------------------------------------------ reminders


def due_now() -> list[Due]:
    """Drops with somebody for whom they open within the hour. Two queries."""
    now = clock.now()
    ahead = timedelta(hours=most_early_hours()) + BEFORE
    statement = (
        sa.select(Drop.id, Drop.starts_at)
        .where(Drop.published_at.is_not(None), Drop.cancelled_at.is_(None))
        .where(Drop.starts_at > now - LATE, Drop.starts_at <= now + ahead)
        .order_by(Drop.starts_at, Drop.id)
    )
    return [Due(row.id, _hours_until(row.starts_at - BEFORE, now)) for row in db.session.execute(statement)]


def next_to_remind(due: Due, limit: int) -> list[str]:
    """Members who asked and have not been told. One query."""
    waiting = sa.select(DropReminder.member_id).where(
        DropReminder.drop_id == due.drop_id, DropReminder.told_at.is_(None)
    )
    if due.early_hours > 0:
        early = holds(Perk.EARLY_ACCESS_HOURS, DropReminder.member_id, clock.now(), least=due.early_hours)
        waiting = waiting.where(early)
    return list(db.session.scalars(waiting.order_by(DropReminder.member_id).limit(limit)))


def remind(drop_id: str, member_id: str) -> bool:
    """Tell it, once for ever. False when it was told or taken back, or the drop does not come at its time any more."""
    comes = sa.exists().where(
        Drop.id == drop_id, Drop.cancelled_at.is_(None), Drop.starts_at > clock.now() - LATE
    )
    claim = sa.update(DropReminder).where(*_mine(drop_id, member_id), DropReminder.told_at.is_(None), comes)
    if changed_rows(claim.values(told_at=clock.now())) != 1:
        return False
    drop = db.session.get_one(Drop, drop_id, populate_existing=True)
    early = perks_of(member_id)[Perk.EARLY_ACCESS_HOURS]
    _tell(drop, member_id, "reminder", opens_at=opens_for(drop.starts_at, early))
    return True


# ------------------------------------------------------------------ what changed


def owed_news() -> list[str]:
    """Drops of which somebody has to be told that they moved or were cancelled. One query."""
    owed = sa.select(DropReminder.drop_id).where(DropReminder.news_at.is_not(None))
    return list(db.session.scalars(owed.distinct().order_by(DropReminder.drop_id)))


def next_to_tell(drop_id: str, limit: int) -> list[tuple[str, datetime]]:
    """Members who are owed it, and since when. One query."""
    owed = sa.select(DropReminder.member_id, DropReminder.news_at).where(
        DropReminder.drop_id == drop_id, DropReminder.news_at.is_not(None)
    )
    rows = db.session.execute(owed.order_by(DropReminder.member_id).limit(limit))
    return [(row.member_id, row.news_at) for row in rows]


def tell_news(drop_id: str, member_id: str, since: datetime) -> bool:
    """Tell how it stands now, once. False when it was told, or there is newer news."""
    claim = sa.update(DropReminder).where(*_mine(drop_id, member_id), DropReminder.news_at == since)
    if changed_rows(claim.values(news_at=None)) != 1:
        return False
    drop = db.session.get_one(Drop, drop_id, populate_existing=True)
    if drop.cancelled_at is not None:
        _tell(drop, member_id, "cancelled", opens_at=drop.starts_at)
    else:
        early = perks_of(member_id)[Perk.EARLY_ACCESS_HOURS]
        _tell(drop, member_id, "moved", opens_at=opens_for(drop.starts_at, early))
    return True


# ------------------------------------------------------------------ inside


def _mine(drop_id: str, member_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return DropReminder.drop_id == drop_id, DropReminder.member_id == member_id


def _hours_until(moment: datetime, now: datetime) -> int:
    """Full hours of early access that are needed to be told now; 0 when it is time for everybody."""
    return max(0, math.ceil((moment - now) / _HOUR))


def _tell(drop: Drop, member_id: str, kind: str, *, opens_at: datetime) -> None:
    """One message; moving again is told again."""
    notify(
        [member_id],
        f"drops.{kind}",
        path=f"/drops/{drop.slug}",
        group=f"drop:{drop.id}:{kind}:{drop.sequence}",
        name_zh=drop.name_zh,
        name_en=drop.name_en,
        opens_at=opens_at.isoformat(),
        is_open=opens_at <= clock.now(),
        reason=drop.cancel_words,
    )
