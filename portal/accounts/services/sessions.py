"""Signing in and out: one row for each browser."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import AccountSession, Member, MemberState
from portal.accounts.queries.people import get_member
from portal.accounts.rules import NOTED_EVERY
from portal.accounts.services import letters
from portal.core import clock
from portal.core.crypto import digest, random_token
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import NotAllowed, NotFound
from portal.core.i18n import _


def open_session(member_id: str, *, address: str, device: str) -> str:
    """Sign a member in: a new row, whose secret token goes into the cookie. Raises NotAllowed when suspended.

    NotFound when the account was erased, be it in this very moment.
    """
    if not is_here(member_id):
        if get_member(member_id).state is MemberState.SUSPENDED:
            raise NotAllowed(_("This account is paused. Write to us and we will look at it together."))
        raise NotFound(_("There is no such member."))
    token, now = random_token(), clock.now()
    db.session.add(
        AccountSession(
            token_hash=digest(token),
            member_id=member_id,
            created_at=now,
            last_seen_at=now,
            address=address[:64],
            device=device[:120],
        )
    )
    db.session.flush()
    return token


def is_here(member_id: str) -> bool:
    """Whether this account is open, and stays so until the transaction ends: who erases it waits, and looks again."""
    lock_row(Member, member_id, whole=False)
    state = sa.select(Member.state).where(Member.id == member_id)
    return db.session.scalar(state) is MemberState.ACTIVE


def close_session(token: str) -> None:
    """Sign this browser out. Closed twice is closed."""
    db.session.execute(sa.delete(AccountSession).where(AccountSession.token_hash == digest(token)))


def revoke_session(member_id: str, token_hash: str) -> None:
    """Sign another of the member's browsers out. Raises NotFound for a session that is not theirs."""
    mine = sa.delete(AccountSession).where(
        AccountSession.token_hash == token_hash, AccountSession.member_id == member_id
    )
    if not changed_rows(mine):
        raise NotFound(_("This device is signed out already."))


def close_other_sessions(member_id: str, *, keep: str) -> int:
    """Sign out every browser of the member but the one with token ``keep``. Returns how many."""
    return changed_rows(
        sa.delete(AccountSession).where(
            AccountSession.member_id == member_id, AccountSession.token_hash != digest(keep)
        )
    )


def note_presence(token: str) -> bool:
    """Write down that this browser was here; at most once in ten minutes, however many requests come at once."""
    now = clock.now()
    stale = sa.update(AccountSession).where(
        AccountSession.token_hash == digest(token), AccountSession.last_seen_at <= now - NOTED_EVERY
    )
    return changed_rows(stale.values(last_seen_at=now)) == 1


def change_password(member: Member, *, password_hash: str, keep_session: str) -> None:
    """Set a password, sign every other browser out and tell the member by mail."""
    member.password_hash = password_hash
    db.session.flush()
    close_other_sessions(member.id, keep=keep_session)
    letters.tell_password_changed(member)


def renew_hash(member_id: str, password_hash: str) -> None:
    """The same password under today's stronger settings."""
    db.session.execute(sa.update(Member).where(Member.id == member_id).values(password_hash=password_hash))
