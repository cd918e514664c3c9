"""Telling members what happened, taking it back, noting that they read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_or_merge, new_id
from portal.core.feature import Initiative
from portal.core.mail.services import Enclosure, recall_letters
from portal.notifications import rules
from portal.notifications.models import UNREAD, Notification
from portal.notifications.queries.reach import reach_of
from portal.notifications.services.letters import write_letters
from portal.notifications.speech import kind_named

#: rows in one statement; SQLite allows a limited number of values
AT_ONCE = 500


def notify(
    member_ids: Iterable[str],
    kind: str,
    *,
    path: str,
    group: str,
    mail_after: datetime | None = None,
    whose: str | None = None,
    enclose: Callable[[], Enclosure] | None = None,
    **facts: Any,
) -> None:
    """Tell members something, in the open transaction; those who acted themselves (``actor_id``) are not told.

    Nor are those who do not want this kind, or from whom the one who acted is hidden, or the one ``whose`` thing it is
    about. With the fact ``as_brand`` it was the house that acted: nobody keeps away from that. An unread message of the same
    ``group`` takes the news in: one line in the inbox, facts and path of the newest event. Its count is how many
    different people acted (``actor_id``, ``actor_name``), or how often it happened when nobody did. ``facts`` are plain
    values for the kind's text; the key ``people`` is ours. Who wants it also gets mail, once for each unread group, not
    before ``mail_after``, with what ``enclose`` makes in the reader's language. What the brand says of its own accord is
    said with :func:`touch`; here it raises ValueError.
    """
    registered = kind_named(kind)
    if registered.initiative is Initiative.BRAND:
        raise ValueError(
            f"{kind} is the brand's own word: it needs touch(), which keeps to the contact budget"
        )
    actor_id = facts.get("actor_id")
    people = [] if facts.get("as_brand") else [actor_id]
    about = [person for person in (*people, whose) if person]
    told = sorted({member_id for member_id in member_ids if member_id != actor_id})
    for start in range(0, len(told), AT_ONCE):
        reached = reach_of(told[start : start + AT_ONCE], registered, people=about)
        now = clock.now()
        hearing = [
            member_id
            for member_id, reach in sorted(reached.items())
            if rules.may_hear(reach, registered.initiative, now=now) is None
        ]
        begun = store(hearing, kind, path=path, group=group, facts=facts) if hearing else {}
        write_letters(
            registered, begun, reached, path=path, facts=facts, not_before=mail_after, enclose=enclose
        )


def retract(group: str, *, actor_id: str | None = None) -> None:
    """Something was undone: unread messages of the group disappear, letters about it that wait are not sent.

    With ``actor_id`` only this person's part of merged messages is taken back.
    """
    if actor_id is not None:
        _retract_person(group, actor_id)
        return
    with_letter = sa.and_(Notification.group_key == group, Notification.letter_id.is_not(None))
    letters = db.session.scalars(sa.select(Notification.letter_id).where(with_letter))
    recall_letters([letter_id for letter_id in letters if letter_id])
    changed_rows(sa.delete(Notification).where(_open(group)))
    db.session.expire_all()


def part(member_id: str, other_id: str) -> None:
    """Take out of a member's inbox what somebody did, read or not; letters that would tell it are not sent.

    What others did as well stays. What the house said through that person stays, too.
    """
    named = sa.cast(Notification.facts, sa.Text).contains(other_id, autoescape=True)
    theirs = (
        sa.select(Notification).where(Notification.member_id == member_id, named).order_by(Notification.id)
    )
    for message in db.session.scalars(
        theirs.with_for_update().execution_options(populate_existing=True)
    ).all():
        if not (message.facts.get("as_brand") and message.facts.get("actor_id") == other_id):
            _without(message, other_id)
    db.session.flush()


def mark_read(notification: Notification, *, by: Viewer) -> None:
    """The member has seen it. Marking twice keeps the first moment."""
    _mark(Notification.id == notification.id, by)


def mark_all_read(*, by: Viewer) -> int:
    """Nothing is new any more. Returns how many messages were."""
    return _mark(sa.true(), by)


def _mark(which: sa.ColumnElement[bool], by: Viewer) -> int:
    unread = sa.and_(which, Notification.member_id == by.id, Notification.read_at.is_(None))
    changed = changed_rows(sa.update(Notification).where(unread).values(read_at=clock.now()))
    db.session.expire_all()
    return changed


def _open(group: str) -> sa.ColumnElement[bool]:
    return sa.and_(Notification.group_key == group, Notification.read_at.is_(None))


def _retract_person(group: str, actor_id: str) -> None:
    statement = sa.select(Notification).where(_open(group)).order_by(Notification.member_id).with_for_update()
    for notification in db.session.scalars(statement.execution_options(populate_existing=True)).all():
        left = rules.without(notification.facts, actor_id, notification.count)
        if left is None:
            recall_letters([notification.letter_id] if notification.letter_id else [])
            db.session.delete(notification)
        else:
            notification.facts, notification.count = left
    db.session.flush()


def _without(message: Notification, other_id: str) -> None:
    """A letter may name them even when others speak in the message by now: it is recalled in any case."""
    recall_letters([message.letter_id] if message.letter_id else [])
    message.letter_id = None  # one that is being tried again finds no message, and is dropped
    left = rules.without(message.facts, other_id, message.count)
    if left is None or left[0].get("actor_id") == other_id:
        db.session.delete(message)
    else:
        message.facts, message.count = left


def store(
    member_ids: list[str], kind: str, *, path: str, group: str, facts: dict[str, Any]
) -> dict[str, str]:
    """Insert or merge, in one statement; answers with {member id: notification id} of the messages that are new.

    Every row it merges into stays locked, so that the facts can be brought together right after it.
    """
    now = clock.now()
    news = {
        "kind": kind,
        "group_key": group,
        "path": path,
        "facts": rules.first_facts(facts),
        "count": 1,
        "created_at": now,
        "updated_at": now,
    }
    newest = {name: name for name in ("kind", "path", "updated_at")}
    stored = insert_or_merge(
        Notification,
        [{"id": new_id(), "member_id": member_id, **news} for member_id in member_ids],
        unique=("member_id", "group_key"),
        where=UNREAD,
        change={"count": Notification.count + 1, **newest},
        returning=(Notification.id, Notification.member_id, Notification.count, Notification.facts),
    )
    for row in (row for row in stored if row.count > 1):
        together, count = rules.merged(row.facts, facts, row.count)
        this_one = sa.update(Notification).where(Notification.id == row.id)
        changed_rows(this_one.values(facts=together, count=count))
    return {row.member_id: row.id for row in stored if row.count == 1}
