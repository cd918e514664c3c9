"""The codes that joins come from, and how many came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.models import AccountSession, JoinSource, Member
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page

SOURCES_ON_PAGE = 24


def find_source(code: str) -> JoinSource | None:
    return db.session.get(JoinSource, code)


def get_source(code: str) -> JoinSource:
    """The code, or NotFound."""
    source = find_source(code)
    if source is None:
        raise NotFound(_("There is no such code."))
    return source


def newest_sources(*, cursor: str | None) -> Page[JoinSource]:
    """All codes, open and closed, the newest first."""
    return keyset_page(
        sa.select(JoinSource),
        (JoinSource.created_at, JoinSource.code),
        cursor=cursor,
        limit=SOURCES_ON_PAGE,
    )


def joins_from(codes: Iterable[str]) -> dict[str, int]:
    """How many members joined with each of these codes ("" is none at all). One query."""
    statement = sa.select(Member.join_source, sa.func.count()).where(Member.join_source.in_(list(codes)))
    return dict(db.session.execute(statement.group_by(Member.join_source)).all())


def active_from(codes: Iterable[str], *, since: datetime) -> dict[str, int]:
    """How many of them were here since that moment. One query."""
    statement = (
        sa.select(Member.join_source, sa.func.count(AccountSession.member_id.distinct()))
        .join(AccountSession, AccountSession.member_id == Member.id)
        .where(Member.join_source.in_(list(codes)), AccountSession.last_seen_at >= since)
        .group_by(Member.join_source)
    )
    return dict(db.session.execute(statement).all())
