"""Who is staff."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState, Role, StaffRole
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once
from portal.core.errors import Conflict
from portal.core.i18n import _


def grant_role(member: Member, role: Role, *, by: Viewer | None) -> bool:
    """Give a member a role; False when they had it. Audited. ``by=None`` is the command line."""
    granted = insert_once(
        StaffRole, member_id=member.id, role=role, granted_by=by.id if by else None, granted_at=clock.now()
    )
    if granted:
        audit.record("staff.granted", by=by, target_kind="member", target_id=member.id, role=role.value)
    return granted


def revoke_role(member: Member, role: Role, *, by: Viewer | None) -> bool:
    """Take a role away; False when they did not have it. Audited. The last owner stays: Conflict."""
    if role is Role.OWNER and not other_owners(member.id):
        raise Conflict(_("The house needs an owner. Name another one first."))
    gone = (
        changed_rows(sa.delete(StaffRole).where(StaffRole.member_id == member.id, StaffRole.role == role))
        == 1
    )
    if gone:
        audit.record("staff.revoked", by=by, target_kind="member", target_id=member.id, role=role.value)
    return gone


def other_owners(member_id: str) -> set[str]:
    """The owners besides this one who can come in. All owners' rows are held until the transaction ends, so that two
    cannot remove each other, or themselves, at the same moment."""
    held = sa.select(StaffRole.member_id).where(StaffRole.role == Role.OWNER).order_by(StaffRole.member_id)
    ids = set(db.session.scalars(held.with_for_update())) - {member_id}
    active = sa.select(Member.id).where(Member.id.in_(ids), Member.state == MemberState.ACTIVE)
    return set(db.session.scalars(active))
