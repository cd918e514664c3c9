"""Who is behind a session: asked on every request, so it is one plain query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import AccountSession, Consent, Member, MemberState, StaffRole
from portal.accounts.queries.distance import keeps_apart
from portal.accounts.roles import permissions_of
from portal.accounts.rules import NOTED_EVERY
from portal.brand.models import LegalText
from portal.core import clock
from portal.core.access import Viewer
from portal.core.crypto import digest
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.plain import Plain

_roles = (
    sa.select(sa.func.aggregate_strings(sa.type_coerce(StaffRole.role, sa.String), ","))
    .where(StaffRole.member_id == Member.id)
    .correlate(Member)
    .scalar_subquery()
)

_columns = (
    Member.id,
    Member.number,
    Member.display_name,
    Member.avatar,
    Member.language,
    sa.func.coalesce(Member.email_verified_at, Member.phone_verified_at).label("proven_at"),
    _roles.label("roles"),
    keeps_apart(Member.__table__.c.id).label("keeps_apart"),
    Member.erase_after,
)

#: every version of the house's texts is accepted with it or with a newer one, or it waits
_texts_wait = (
    sa.select(LegalText.version)
    .where(
        ~sa.exists()
        .where(
            Consent.member_id == Member.id,
            Consent.what == sa.type_coerce(LegalText.kind, sa.String),
            Consent.version >= LegalText.version,
            Consent.given.is_(True),
        )
        .correlate(Member, LegalText)
    )
    .correlate(Member)
    .exists()
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session: who it is, and when the browser was last noted."""

    viewer: Viewer
    last_seen_at: datetime

    @property
    def is_to_be_noted(self) -> bool:
        """Whether the browser's last visit is so long ago that this one is written down."""
        return clock.now() - self.last_seen_at >= NOTED_EVERY

    @property
    def is_usual(self) -> bool:
        """Whether pages look for them as they do for other members, and showing them is all there is to do."""
        me = self.viewer
        return not (me.is_staff or me.sees_bar or me.keeps_apart or self.is_to_be_noted)


def find_session(token: str) -> SignedIn | None:
    """The member behind a session's token, in one query; None when the session or the account is closed."""
    row = _by_token.one(session=digest(token))
    return signed_in(row, token) if row else None


def select_signed_in() -> sa.Select[*tuple[Any, ...]]:
    """The same as a statement, for questions that ask for more at once: add columns behind its own.

    Its parameter ``session`` is the digest of the token.
    """
    return (
        sa.select(*_columns, _texts_wait.label("texts_wait"), AccountSession.last_seen_at)
        .join(AccountSession, AccountSession.member_id == Member.id)
        .where(AccountSession.token_hash == sa.bindparam("session"), Member.state == MemberState.ACTIVE)
    )


def signed_in(row: Sequence[Any], token: str) -> SignedIn:
    """What a row of :func:`select_signed_in` says, whatever was added to it."""
    width = len(_columns)
    texts_wait, last_seen_at = row[width : width + 2]
    return SignedIn(_viewer(row[:width], session_id=token, texts_wait=bool(texts_wait)), last_seen_at)


_by_token = Plain(select_signed_in)


_open = Plain(
    lambda: (
        sa.select(AccountSession.member_id)
        .join(Member, Member.id == AccountSession.member_id)
        .where(AccountSession.token_hash == sa.bindparam("session"), Member.state == MemberState.ACTIVE)
    )
)


def is_signed_in(token: str) -> bool:
    """Whether the session with this token lives, and its account is open. One light statement."""
    return _open.one(session=digest(token)) is not None


def load_viewer(token: str) -> Viewer | None:
    """The same without the time."""
    found = find_session(token)
    return found.viewer if found else None


def viewer_of(member_id: str) -> Viewer:
    """A member as an actor outside a request: command line, jobs, demo, tests. Raises NotFound."""
    row = db.session.execute(sa.select(*_columns).where(Member.id == member_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such member."))
    return _viewer(row, session_id="")


def signed_in_within(token: str, limit: timedelta) -> bool:
    """Whether the session with this token was opened so lately: its owner was surely the one at the keys."""
    opened = sa.select(AccountSession.created_at).where(AccountSession.token_hash == digest(token))
    at = db.session.scalar(opened)
    return at is not None and clock.now() - at <= limit


def sessions_of(member_id: str) -> list[AccountSession]:
    """All browsers in which a member is signed in, the latest first."""
    statement = (
        sa.select(AccountSession)
        .where(AccountSession.member_id == member_id)
        .order_by(AccountSession.last_seen_at.desc(), AccountSession.token_hash)
        .limit(100)
    )
    return list(db.session.scalars(statement))


def _viewer(row: Sequence[Any], *, session_id: str, texts_wait: bool = False) -> Viewer:
    """``row`` as ``_columns`` says."""
    member_id, number, display_name, avatar, language, proven_at, named, apart, leaves_at = row
    roles = frozenset(named.split(",")) if named else frozenset()
    return Viewer(
        id=member_id,
        number=number,
        display_name=display_name,
        avatar=avatar,
        language=language,
        contact_proven=proven_at is not None,
        session_id=session_id,
        roles=roles,
        permissions=permissions_of(roles),
        texts_wait=texts_wait,
        keeps_apart=bool(apart),
        leaves_at=leaves_at,
    )
