"""What the brand says of its own accord: it waits until it may be said, or until its time is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import changed_rows, db, insert_missing, lock_row, new_id
from portal.core.feature import Initiative
from portal.core.mail.asking import Answer, Drop, Later
from portal.notifications import rules
from portal.notifications.models import Touch, TouchState
from portal.notifications.queries.reach import reach_of
from portal.notifications.queries.touches import made_this_week
from portal.notifications.rules import Because, Reach
from portal.notifications.services.letters import write_letters
from portal.notifications.services.messages import AT_ONCE, retract, store
from portal.notifications.speech import kind_named

#: touches released in one transaction: few enough to hold nobody up, enough to share its price
TOGETHER = 25
#: one that cannot be said because something of ours is broken tries again after this time
MENDED_AFTER = timedelta(hours=1)

_WAITING = sa.text("touch.state = 'waiting'")  # as it is written in the partial index


def touch(
    member_ids: Iterable[str], kind: str, *, path: str, group: str, expires_in: timedelta, **facts: Any
) -> int:
    """The brand wants to tell members something. Each waits for its moment (see :func:`release`) until it expires.

    A member hears of one ``group`` once, however often this is called. Returns how many are new. Raises ValueError for
    a kind that is not the brand's own word.
    """
    if kind_named(kind).initiative is not Initiative.BRAND:
        raise ValueError(f"{kind} is not the brand's own word: it is told with notify()")
    now, told = clock.now(), sorted(set(member_ids))
    waiting = {
        "kind": kind,
        "group_key": group,
        "path": path,
        "facts": facts,
        "state": TouchState.WAITING,
        "because": "",
        "created_at": now,
        "due_at": now,
        "expires_at": now + expires_in,
    }
    return sum(
        insert_missing(
            Touch,
            [
                {"id": new_id(), "member_id": member_id, **waiting}
                for member_id in told[start : start + AT_ONCE]
            ],
        )
        for start in range(0, len(told), AT_ONCE)
    )


def take_touches_back(group: str) -> None:
    """There is nothing to tell any more: who has not heard will not, and what nobody read disappears."""
    waiting = sa.update(Touch).where(Touch.group_key == group, _WAITING)
    changed_rows(waiting.values(state=TouchState.DROPPED, because=Because.TAKEN_BACK))
    retract(group)


def release(touch_id: str) -> None:
    """Say what waits, if it may be said now; else let it wait or drop it. The one place where the brand gets a word in.

    Under a lock of the member, so that two workers never spend the same room: is it still wanted, is the member there,
    is no quiet hour in the way, does the weekly contact budget have room? Inbox and mail are one touch.
    """
    found = db.session.get(Touch, touch_id)
    if found is None:
        return
    lock_row(Member, found.member_id, whole=False)
    waiting = db.session.get(Touch, touch_id, populate_existing=True)
    now = clock.now()
    if waiting is None or waiting.state is not TouchState.WAITING or waiting.due_at > now:
        return
    reach, answer = _ask(waiting, now)
    if isinstance(answer, Later):
        _move(waiting, due_at=min(answer.until, waiting.expires_at))
    elif isinstance(answer, Drop):
        _move(waiting, state=TouchState.DROPPED, because=answer.because)
    elif reach is not None and _move(waiting, state=TouchState.MADE, made_at=now):
        _say(waiting, reach)


def due_touches(limit: int) -> list[list[str]]:
    """Ids of what has come to its moment, in shares for one transaction each.

    Within a share the members are in one order for every worker: nobody waits for somebody who waits for them.
    """
    due = sa.select(Touch.id, Touch.member_id).where(_WAITING, Touch.due_at <= clock.now())
    rows = db.session.execute(due.order_by(Touch.due_at, Touch.id).limit(limit)).all()
    return [
        [row.id for row in sorted(rows[start : start + TOGETHER], key=lambda row: (row.member_id, row.id))]
        for start in range(0, len(rows), TOGETHER)
    ]


def try_touch_later(touch_id: str) -> None:
    """Something of ours is broken: this touch waits until it may be mended."""
    later = sa.update(Touch).where(Touch.id == touch_id, _WAITING)
    changed_rows(later.values(due_at=clock.now() + MENDED_AFTER))


def _ask(waiting: Touch, now: datetime) -> tuple[Reach | None, Answer]:
    if now >= waiting.expires_at:
        return None, Drop(Because.OVER)
    kind = kind_named(waiting.kind)
    reach = reach_of([waiting.member_id], kind).get(waiting.member_id)
    if reach is None:
        return None, Drop(Because.AWAY)
    spent = made_this_week(waiting.member_id, now)
    budget = brand.current().contact_budget
    return reach, rules.may_hear(reach, kind.initiative, now=now, spent=spent, budget=budget)


def _move(waiting: Touch, **values: Any) -> bool:
    """Change it, unless it was taken back meanwhile."""
    return bool(changed_rows(sa.update(Touch).where(Touch.id == waiting.id, _WAITING).values(values)))


def _say(waiting: Touch, reach: Reach) -> None:
    kind = kind_named(waiting.kind)
    begun = store(
        [waiting.member_id], kind.name, path=waiting.path, group=waiting.group_key, facts=waiting.facts
    )
    write_letters(kind, begun, {reach.member_id: reach}, path=waiting.path, facts=waiting.facts)
