"""Signing in and out: one row for each browser."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import AccountSession, Member, MemberState
from portal.accounts.queries.people import get_member
from portal.accounts.queries.sessions import is_signed_in
from portal.accounts.rules import NOTED_EVERY
from portal.accounts.services import letters
from portal.core import clock
from portal.core.access import Viewer
from portal.core.crypto import digest, random_token
from portal.core.db import changed_rows, db, hold_name, lock_row
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
    """Whether this account is open, and stays so until the transaction ends: who erases it waits, and looks again.

    Comes before anything else is held. It is a name that is held, not the row: many may hold it at once, so that
    a member's own writes wait for one another no more than those of strangers, and in no circle.
    """
    hold_name(_name(member_id), shared=True)
    state = sa.select(Member.state).where(Member.id == member_id)
    return db.session.scalar(state) is MemberState.ACTIVE


def must_be_here(viewer: Viewer) -> None:
    """The same for whoever writes: their session lives, too. Raises NotAllowed."""
    hold_name(_name(viewer.id), shared=True)
    if not is_signed_in(viewer.session_id):
        raise _signed_out()


def keep_out(member_id: str) -> None:
    """Wait for everybody who writes as this member; whoever comes later waits for us. Comes before anything is held."""
    hold_name(_name(member_id))


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
    """Set a password, sign every other browser out and tell the member by mail.

    Raises NotAllowed when the session to keep was closed a moment ago: whoever closed it has the last word.
    """
    lock_row(Member, member.id, whole=False)
    if keep_session and not is_signed_in(keep_session):
        raise _signed_out()
    member.password_hash = password_hash
    db.session.flush()
    close_other_sessions(member.id, keep=keep_session)
    letters.tell_password_changed(member)


def renew_hash(member_id: str, password_hash: str) -> None:
    """The same password under today's stronger settings."""
    db.session.execute(sa.update(Member).where(Member.id == member_id).values(password_hash=password_hash))


def _signed_out() -> NotAllowed:
    return NotAllowed(_("You are no longer signed in here. Nothing was kept."))


def _name(member_id: str) -> str:
    return f"member:{member_id}"
