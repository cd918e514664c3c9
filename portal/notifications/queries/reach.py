"""How members may be reached: one question for any number of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.models import Member, MemberState
from portal.accounts.queries.distance import apart
from portal.accounts.services.consents import NEWS_MAIL, members_who_gave
from portal.brand import queries as brand
from portal.core.db import db
from portal.core.feature import Initiative, NotificationKind
from portal.notifications.models import ALL, Channel, Pace, Preference, Rhythm
from portal.notifications.rules import Hours, Reach


def reach_of(
    member_ids: Iterable[str], kind: NotificationKind, *, people: Collection[str] = ()
) -> dict[str, Reach]:
    """How each of these members may be reached with this kind; ``people`` are those whom it speaks of.

    One query for any number of members; one more for what the brand says, which needs their consent by mail.
    """
    ids = set(member_ids)
    if not ids:
        return {}
    rows = db.session.execute(_statement(kind.name, people).where(Member.id.in_(ids))).all()
    agreed = members_who_gave(NEWS_MAIL, ids) if kind.initiative is Initiative.BRAND else ids
    return {row.id: _reach(row, kind, agreed=row.id in agreed) for row in rows}


def _reach(row: Any, kind: NotificationKind, *, agreed: bool) -> Reach:
    usual_mail = kind.mail if row.mail is None else row.mail
    return Reach(
        member_id=row.id,
        address=row.email,
        confirmed=row.email is not None and row.email_verified_at is not None,
        mail_arrives=row.email is not None
        and row.email_verified_at is not None
        and row.mail_stopped_at is None,
        name=row.display_name,
        language=row.language,
        active=row.state is MemberState.ACTIVE,
        erased=row.state is MemberState.ERASED,
        apart=bool(row.apart),
        hears=row.inbox is not False,
        reads_mail=usual_mail and agreed and row.everything is not False,
        hours=_hours(row),
        pace=row.pace or Pace.AT_ONCE,
    )


def _hours(row: Any) -> Hours:
    if row.time_zone is not None:
        return Hours(row.quiet_from, row.quiet_until, row.time_zone)
    house = brand.current()
    return Hours(house.quiet_from, house.quiet_until, house.time_zone)


def _statement(kind: str, people: Collection[str]) -> sa.Select[*tuple[Any, ...]]:
    inbox, mail, everything = (aliased(Preference) for _ in range(3))
    return (
        sa.select(
            Member.id,
            Member.email,
            Member.email_verified_at,
            Member.mail_stopped_at,
            Member.display_name,
            Member.language,
            Member.state,
            inbox.wanted.label("inbox"),
            mail.wanted.label("mail"),
            everything.wanted.label("everything"),
            Rhythm.quiet_from,
            Rhythm.quiet_until,
            Rhythm.time_zone,
            Rhythm.pace,
            _apart(people).label("apart"),
        )
        .outerjoin(inbox, _chose(inbox, kind, Channel.INBOX))
        .outerjoin(mail, _chose(mail, kind, Channel.MAIL))
        .outerjoin(everything, _chose(everything, ALL, Channel.MAIL))
        .outerjoin(Rhythm, Rhythm.member_id == Member.id)
    )


def _chose(row: Any, kind: str, channel: Channel) -> sa.ColumnElement[bool]:
    return sa.and_(row.member_id == Member.id, row.kind == kind, row.channel == channel)


def _apart(people: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether one of these is hidden from the member."""
    return sa.or_(sa.false(), *(apart(Member.id, person) for person in people))
