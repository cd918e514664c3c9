"""What is kept here about a member: shown to them on request, gone when they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import Base, changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.core.mail.models import Letter
from portal.notifications import rules
from portal.notifications.models import Bounce, Notification, Preference, Rhythm, Touch
from portal.notifications.speech import said

_MINE: tuple[tuple[type[Base], Any], ...] = (
    (Notification, Notification.member_id),
    (Preference, Preference.member_id),
    (Rhythm, Rhythm.member_id),
    (Touch, Touch.member_id),
    (Bounce, Bounce.member_id),
    (Letter, Letter.member_id),
)


def export(member_id: str) -> Iterator[Part]:
    """Everything, piece by piece."""
    yield Part("messages.json", rows=_rows(Notification, member_id, _message))
    yield Part("touches.json", rows=_rows(Touch, member_id, _touch))
    yield Part("letters.json", rows=_rows(Letter, member_id, _letter))
    yield Part("mail_that_came_back.json", rows=_rows(Bounce, member_id, _bounce))
    yield Part("notification_choices.json", rows=_choices(member_id))


def erase(member_id: str) -> None:
    """Everything said to them goes; where they are named in what was said to others, they are taken out."""
    for model, owner in _MINE:
        changed_rows(sa.delete(model).where(owner == member_id))
    _leave_messages_of_others(member_id)
    db.session.expire_all()


PERSONAL = PersonalData(
    tables=frozenset(model.__tablename__ for model, _owner in _MINE), export=export, erase=erase
)


def _leave_messages_of_others(member_id: str) -> None:
    """As if they had taken back what they did: others who did the same stay in the message."""
    naming = sa.select(Notification).where(sa.cast(Notification.facts, sa.Text).contains(member_id))
    for message in db.session.scalars(naming.order_by(Notification.id).with_for_update()).all():
        left = rules.without(message.facts, member_id, message.count)
        if left is None:
            db.session.delete(message)
            continue
        facts, message.count = left
        words = {"text": "", "text_by": ""} if facts.get("text_by") == member_id else {}
        message.facts = {**facts, **words}
    db.session.flush()


def _rows(model: Any, member_id: str, told: Any) -> Iterator[dict[str, Any]]:
    """The member's rows in the order they came, a hundred at a time."""
    statement = sa.select(model).where(model.member_id == member_id).order_by(model.id)
    for row in db.session.scalars(statement.execution_options(yield_per=100)):
        yield told(row)


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


def _letter(row: Letter) -> dict[str, Any]:
    """The subject says what it was; the text may hold links that still work."""
    return {
        "at": row.created_at.isoformat(),
        "to": row.recipient,
        "subject": row.subject,
        "state": row.state.value,
        "sent_at": row.sent_at and row.sent_at.isoformat(),
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
