"""What the tests of notifications do and look at, in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.accounts.services import consents
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail.models import Letter
from portal.notifications import jobs, queries, services
from portal.notifications.models import Notification, Pace, Touch

#: half past ten on a Monday evening in Shanghai, the brand's usual place; and noon of that day
NIGHT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
MORNING = datetime(2026, 6, 2, 0, 0, tzinfo=UTC)


def tell(
    *members: Any, kind: str = "test.mailed", group: str = "g", path: str = "/inbox", **facts: Any
) -> None:
    ids = [member.id for member in members]
    with transaction():
        services.notify(ids, kind, path=path, group=group, **{"word": "hello", **facts})


def say(*members: Any, kind: str = "test.brand", group: str = "g", days: float = 3, **facts: Any) -> int:
    """The brand wants to say something. Nobody has been asked yet."""
    ids = [member.id for member in members]
    with transaction():
        return services.touch(
            ids,
            kind,
            path="/inbox",
            group=group,
            expires_in=timedelta(days=days),
            **{"word": "hello", **facts},
        )


def agree(member: Any) -> None:
    with transaction():
        consents.give(member.id, consents.NEWS_MAIL, how="test")


def choose(member: Any, *, inbox: Any = (), mail: Any = (), news_by_mail: bool = False) -> None:
    me = viewer_of(member.id)
    with transaction():
        services.choose(by=me, inbox=inbox, mail=mail, news_by_mail=news_by_mail)


def keep_hours(
    member: Any, *, start: int = 0, end: int = 0, zone: str = "UTC", pace: Pace = Pace.AT_ONCE
) -> None:
    me = viewer_of(member.id)
    with transaction():
        services.choose_rhythm(by=me, pace=pace, quiet_from=start, quiet_until=end, time_zone=zone)


def inbox_of(member: Any) -> list[Notification]:
    return queries.inbox(member.id).items


def letters_to(member: Any) -> list[Letter]:
    db.session.rollback()
    mine = sa.select(Letter).where(Letter.member_id == member.id)
    return list(db.session.scalars(mine.order_by(Letter.created_at, Letter.id)))


def touches_of(member: Any) -> list[Touch]:
    db.session.rollback()
    mine = sa.select(Touch).where(Touch.member_id == member.id)
    return list(db.session.scalars(mine.order_by(Touch.group_key)))


def release_all(moment: datetime | None = None) -> None:
    with clock.travel(moment or clock.now()):
        jobs.release_due()
