"""Reading the inbox."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.core.plain import Plain
from portal.notifications.models import Notification

#: the bell says "99+" beyond this; counting further would be work for nothing
MOST_COUNTED = 100


def unread_count(member_id: str) -> int:
    """How many messages wait, at most MOST_COUNTED."""
    row = _unread.one(member=member_id)
    return int(row[0]) if row else 0


def count_unread(member: sa.ColumnElement[str]) -> sa.Select[int]:
    """The same as a statement, for questions that ask for more at once."""
    most: sa.ColumnElement[int] = sa.literal_column(str(MOST_COUNTED))
    waiting = sa.select(sa.literal_column("1")).where(_unread_of(member)).limit(most).subquery()
    return sa.select(sa.func.count()).select_from(waiting)


_unread = Plain(lambda: count_unread(sa.bindparam("member")))


def inbox(member_id: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Notification]:
    """Messages of one member, newest first."""
    statement = sa.select(Notification).where(Notification.member_id == member_id)
    return keyset_page(statement, (Notification.updated_at, Notification.id), cursor=cursor, limit=limit)


def get_notification(notification_id: str, *, member_id: str) -> Notification:
    """The message, if it is this member's; NotFound for everyone else."""
    found = db.session.get(Notification, notification_id)
    if found is None or found.member_id != member_id:
        raise NotFound(_("This message is not in your inbox."))
    return found


def _unread_of(member_id: str | sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.and_(Notification.member_id == member_id, Notification.read_at.is_(None))
