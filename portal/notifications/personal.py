"""What is kept here about a member: shown to them on request, gone when they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import Base, changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.core.i18n import _, in_language
from portal.core.i18n import lazy as _l
from portal.core.personal import rows_of, take_name_out
from portal.notifications import rules
from portal.notifications.models import Bounce, Notification, Preference, Rhythm, Touch
from portal.notifications.speech import said

_MINE: tuple[tuple[type[Base], Any], ...] = (
    (Notification, Notification.member_id),
    (Preference, Preference.member_id),
    (Rhythm, Rhythm.member_id),
    (Touch, Touch.member_id),
    (Bounce, Bounce.member_id),
)


def export(member_id: str) -> Iterator[Part]:
    """Everything, piece by piece."""
    yield Part("messages.json", rows=_rows(Notification, member_id, _message))
    yield Part("touches.json", rows=_rows(Touch, member_id, _touch))
    yield Part("mail_that_came_back.json", rows=_rows(Bounce, member_id, _bounce))
    yield Part("notification_choices.json", rows=_choices(member_id))


def erase(member_id: str) -> None:
    """Everything said to them goes; where they are named in what was said to others, they are taken out."""
    for model, owner in _MINE:
        changed_rows(sa.delete(model).where(owner == member_id))
    _leave_messages_of_others(member_id)
    db.session.expire_all()


def counts(member_id: str) -> list[tuple[Any, Any]]:
    messages = sa.select(sa.func.count()).where(Notification.member_id == member_id)
    touches = sa.select(sa.func.count()).where(Touch.member_id == member_id)
    return [
        (_l("Messages in your inbox"), messages),
        (_l("Times we wrote to you of our own accord"), touches),
    ]


PERSONAL = PersonalData(
    tables=frozenset(model.__tablename__ for model, _owner in _MINE),
    export=export,
    erase=erase,
    counts=counts,
)


def _leave_messages_of_others(member_id: str) -> None:
    """As if they had taken back what they did: others who did the same stay in the message, letters name nobody."""
    naming = sa.select(Notification).where(sa.cast(Notification.facts, sa.Text).contains(member_id))
    readers, names = set(), set()
    for message in db.session.scalars(naming.order_by(Notification.id).with_for_update()).all():
        readers.add(message.member_id)
        names |= _names_of(member_id, message.facts)
        left = rules.without(message.facts, member_id, message.count)
        if left is None:
            db.session.delete(message)
            continue
        facts, message.count = left
        words = {"text": "", "text_by": ""} if facts.get("text_by") == member_id else {}
        message.facts = {**facts, **words}
    db.session.flush()
    tongues = sa.select(Member.language, Member.id).where(Member.id.in_(readers))
    for tongue, reader_id in db.session.execute(tongues.order_by(Member.id)).all() if names else ():
        with in_language(tongue):
            take_name_out([reader_id], names, instead=_("Somebody who left"))


def _names_of(member_id: str, facts: dict[str, Any]) -> set[str]:
    """What they were called in a message."""
    names = {name for person, name in facts.get("people", []) if person == member_id}
    if facts.get("actor_id") == member_id:
        names |= {str(facts.get("actor_name", "")), str(facts.get("author_name", ""))}
    return names - {""}


def _rows(model: Any, member_id: str, told: Any) -> Iterator[dict[str, Any]]:
    """The member's rows in the order they came."""
    return rows_of(sa.select(model).where(model.member_id == member_id).order_by(model.id), told)


def _message(row: Notification) -> dict[str, Any]:
    return {
        "at": row.updated_at.isoformat(),
        "kind": row.kind,
        "text": said(row.kind, row.facts, row.count),
        "path": row.path,
        "read_at": row.read_at and row.read_at.isoformat(),
    }


def _touch(row: Touch) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "text": said(row.kind, row.facts),
        "state": row.state.value,
        "because": row.because,
        "made_at": row.made_at and row.made_at.isoformat(),
    }


def _bounce(row: Bounce) -> dict[str, Any]:
    return {"at": row.at.isoformat(), "kind": row.kind.value, "reported_by": row.source}


def _choices(member_id: str) -> Iterator[dict[str, Any]]:
    for row in db.session.scalars(sa.select(Preference).where(Preference.member_id == member_id)):
        yield {"kind": row.kind, "channel": row.channel.value, "wanted": row.wanted}
    rhythm = db.session.get(Rhythm, member_id)
    if rhythm is not None:
        yield {
            "quiet_from": rhythm.quiet_from,
            "quiet_until": rhythm.quiet_until,
            "time_zone": rhythm.time_zone,
            "pace": rhythm.pace.value,
        }
