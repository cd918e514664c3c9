"""Asking somebody to work here: a link by mail, for one address, once, for seven days."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.models import Member, Role, StaffInvitation, StaffRole
from portal.accounts.queries import find_member_by_email, staff_who_can
from portal.accounts.rules import normalised_email
from portal.accounts.services import letters
from portal.accounts.services.staff import grant_role
from portal.accounts.signals import StaffJoined, staff_joined
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.crypto import digest, random_token
from portal.core.db import changed_rows, db, lock_row, new_id
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _

HOLDS = timedelta(days=7)
KIND = "staff_invitation"


def invite(email: str, role: Role, *, by: Viewer, language: str) -> StaffInvitation:
    """Mail a link that gives ``role`` to whoever has this address. Audited.

    An open invitation of the same address to the same role is sent again with a new link. Raises Invalid beside
    ``email`` for what is no address, and for a member who has the role.
    """
    email = normalised_email(email)
    if _has_role(email, role):
        raise Invalid(_("Whoever has this address has this role already."), field="email")
    before = db.session.scalars(
        sa.select(StaffInvitation).where(
            StaffInvitation.email == email,
            StaffInvitation.role == role,
            StaffInvitation.accepted_at.is_(None),
            StaffInvitation.withdrawn_at.is_(None),
        )
    ).first()
    if before is not None:
        send_again(before, by=by, language=language)
        return before
    now, token = clock.now(), random_token()
    made = StaffInvitation(
        id=new_id(),
        email=email,
        role=role,
        link_hash=digest(token),
        invited_by=by.id,
        invited_at=now,
        expires_at=now + HOLDS,
    )
    db.session.add(made)
    db.session.flush()
    _note("staff.invited", made, by)
    letters.send_staff_invitation(email, role, by.display_name, token, language)
    return made


def send_again(invitation: StaffInvitation, *, by: Viewer, language: str) -> None:
    """A new link for seven days more; the one before leads nowhere any more. Audited. Raises Conflict when it is closed."""
    token, now = random_token(), clock.now()
    renewed = _still_open(invitation).values(
        link_hash=digest(token), expires_at=now + HOLDS, invited_by=by.id
    )
    if not changed_rows(renewed):
        raise _closed()
    db.session.refresh(invitation)
    _note("staff.invited_again", invitation, by)
    letters.send_staff_invitation(invitation.email, invitation.role, by.display_name, token, language)


def withdraw(invitation: StaffInvitation, *, by: Viewer) -> None:
    """The link leads nowhere any more. Audited. Raises Conflict when it was accepted or withdrawn meanwhile."""
    if not changed_rows(_still_open(invitation).values(withdrawn_at=clock.now())):
        raise _closed()
    db.session.refresh(invitation)
    _note("staff.invitation_withdrawn", invitation, by)


def accept(invitation: StaffInvitation, *, by: Viewer) -> Role:
    """Take the role on. Audited; those who decide about staff are told. Returns the role.

    Raises NotAllowed when it is for another address, or that is not proven yet; Conflict when it was used, withdrawn, too
    old, or whoever sent it may no longer decide about staff. Two clicks at once are one.
    """
    lock_row(StaffInvitation, invitation.id)
    db.session.refresh(invitation)
    member = db.session.get_one(Member, by.id)
    check_addressee(invitation, member)
    if invitation.invited_by not in staff_who_can(Permission.MANAGE_STAFF):
        raise _closed()
    now = clock.now()
    in_time = _still_open(invitation).where(StaffInvitation.expires_at > now)
    if not changed_rows(in_time.values(accepted_at=now, accepted_by=member.id)):
        raise _closed()
    db.session.refresh(invitation)
    grant_role(member, invitation.role, by=by)
    _note("staff.invitation_accepted", invitation, by)
    staff_joined.send(StaffJoined(member.id, invitation.role.value, invitation.invited_by))
    return invitation.role


def check_addressee(invitation: StaffInvitation, member: Member) -> None:
    """Raises NotAllowed unless the invitation is for this member's proven address."""
    if member.email != invitation.email:
        raise NotAllowed(
            _(
                "This invitation is for another address. Sign in with the account of that address to accept it."
            )
        )
    if member.email_verified_at is None:
        raise NotAllowed(_("Please confirm your e-mail address first, then open the link once more."))


def _has_role(email: str, role: Role) -> bool:
    member = find_member_by_email(email)
    return member is not None and db.session.get(StaffRole, (member.id, role)) is not None


def _still_open(invitation: StaffInvitation) -> sa.Update:
    return sa.update(StaffInvitation).where(
        StaffInvitation.id == invitation.id,
        StaffInvitation.accepted_at.is_(None),
        StaffInvitation.withdrawn_at.is_(None),
    )


def _closed() -> Conflict:
    return Conflict(_("This invitation is no longer open."))


def _note(action: str, invitation: StaffInvitation, by: Viewer) -> None:
    """No address in the trail: the row knows it, and it goes with the person."""
    audit.record(action, by=by, target_kind=KIND, target_id=invitation.id, role=invitation.role.value)
