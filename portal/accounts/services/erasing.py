"""Leaving for good: asked for, seven days to change one's mind, then erased.

Until the day nothing is hidden: a bar on every page says when, and takes it back. The day itself begins with
:func:`close_door`: whoever it was is nobody from that commit on, signed out everywhere, and can no longer write. What
the rooms above had of them goes after it, bit by bit; ``erase_after`` stays until the last bit is gone, so that a worker
that dies in between leaves the rest to the next.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState, Role, StaffRole
from portal.accounts.personal import erase as forget_account
from portal.accounts.queries.people import get_member
from portal.accounts.services import letters
from portal.accounts.services.sessions import keep_out
from portal.accounts.signals import ChangeBegun, change_begun
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.crypto import signed, unsigned
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict, NotAllowed
from portal.core.i18n import _
from portal.core.installation import registry
from portal.core.links import path_to

TIME_TO_THINK = timedelta(days=7)


class Way(StrEnum):
    """How somebody asked to be erased who did not do it here."""

    MAIL = "mail"
    LETTER = "letter"
    PHONE = "phone"
    IN_PERSON = "in_person"


_PURPOSE, _BETWEEN = "keep account", "~"


def ask_to_be_erased(member: Member, *, by: Viewer) -> datetime:
    """From now on the account waits to be erased; tells when that is. Asking twice keeps the first day.

    Writes to the member, with a link that takes it back. Raises NotAllowed for somebody else's account, Conflict for
    the last owner of the house.
    """
    _hold(member)
    if by.id != member.id or member.state is MemberState.ERASED:
        raise NotAllowed(_("Only you can close your account."))
    refuse_last_owner(member.id)
    return _wait_to_be_erased(member)


def erase_on_request(member: Member, way: Way, *, by: Viewer) -> datetime:
    """The same for a member who asked in another ``way``, because they cannot or will not sign in. Audited.

    The letter and the seven days are the same. Raises NotAllowed without the permission, and for colleagues: they
    close their account themselves. Raises Conflict for who was erased.
    """
    _hold(member)
    if not by.can(Permission.VIEW_CONTACTS):
        raise NotAllowed(_("Only you can close your account."))
    if db.session.scalar(sa.select(StaffRole.role).where(StaffRole.member_id == member.id).limit(1)):
        raise NotAllowed(_("Colleagues close their account themselves."))
    if member.state is MemberState.ERASED:
        raise Conflict(_("This account is closed."))
    audit.record("member.erase_on_request", by=by, target_kind="member", target_id=member.id, way=way.value)
    return _wait_to_be_erased(member)


def stay(member: Member) -> bool:
    """The account is kept after all. False when it was not to be erased, or the day has come already."""
    _hold(member)
    if member.erase_after is None or member.state is MemberState.ERASED:
        return False
    member.erase_after = None
    db.session.flush()
    return True


def refuse_last_owner(member_id: str) -> None:
    """Raises Conflict when the house would be left without an owner."""
    owners = sa.select(StaffRole.member_id).where(StaffRole.role == Role.OWNER).with_for_update()
    if set(db.session.scalars(owners)) == {member_id}:
        raise Conflict(
            _("You are the only owner of this house. Make somebody else an owner first, then you can leave.")
        )


# ------------------------------------------------------------------ the link in the letter


def keep_path(member: Member) -> str:
    """The path of a page that takes this very wish back; it needs no sign-in, and can do nothing else."""
    assert member.erase_after is not None, "only who wants to leave can stay"
    wish = f"{member.id}{_BETWEEN}{int(member.erase_after.timestamp())}"
    return path_to("accounts.keep", token=signed(_PURPOSE, wish))


def find_leaving(token: str) -> Member | None:
    """Whose link this is, while the account waits to be erased on that very day."""
    member_id, _between, stamp = (unsigned(_PURPOSE, token) or "").partition(_BETWEEN)
    member = db.session.get(Member, member_id, populate_existing=True) if member_id else None
    if member is None or member.erase_after is None or member.state is MemberState.ERASED:
        return None
    return member if str(int(member.erase_after.timestamp())) == stamp else None


# ------------------------------------------------------------------ the day


def due_to_be_erased(limit: int = 100) -> list[str]:
    """Whose day has come, and who is not wholly erased yet."""
    due = sa.select(Member.id).where(Member.erase_after <= clock.now()).order_by(Member.erase_after)
    return list(db.session.scalars(due.limit(limit)))


def close_door(member_id: str) -> bool:
    """The account is nobody's from this commit on. False when its day has not come, or they changed their mind.

    The last owner stays one day longer, again and again, until there is another. Twice is once.
    """
    keep_out(member_id)
    change_begun.send(ChangeBegun(member_id))
    member = get_member(member_id)
    _hold(member, whole=True)
    if member.erase_after is None or member.erase_after > clock.now():
        return False
    if member.state is MemberState.ERASED:
        return True
    try:
        refuse_last_owner(member_id)
    except Conflict:
        member.erase_after = clock.now() + timedelta(days=1)
        db.session.flush()
        return False
    forget_account(member_id)
    return True


def forget_some(member_id: str) -> bool:
    """One more bit of what the rooms above have of a member whose door is closed. False when nothing is left."""
    return any(data.erase_some(member_id) for data in registry().personal if data.erase_some is not None)


def finish(member_id: str) -> None:
    """What is left, from the top room to the core, and the account counts as erased."""
    for data in registry().personal:
        data.erase(member_id)
    changed_rows(sa.update(Member).where(Member.id == member_id).values(erase_after=None))
    db.session.expire_all()


def erase(member_id: str) -> None:
    """All at once in the open transaction, whatever the day. The worker goes step by step instead."""
    keep_out(member_id)
    _hold(get_member(member_id), whole=True)
    forget_account(member_id)
    finish(member_id)


def _wait_to_be_erased(member: Member) -> datetime:
    if member.erase_after is None:
        member.erase_after = clock.now() + TIME_TO_THINK
        db.session.flush()
        letters.tell_leaving(member, keep_path(member))
    return member.erase_after


def _hold(member: Member, *, whole: bool = False) -> None:
    """Whoever changes the same row waits, and looks again. ``whole``, where address and number go: as in ``contacts``."""
    lock_row(Member, member.id, whole=whole)
    db.session.refresh(member)
