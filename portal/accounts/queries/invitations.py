"""Who is asked to work here."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import StaffInvitation
from portal.core import clock
from portal.core.crypto import digest
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page

INVITATIONS_ON_PAGE = 24


def open_invitations(*, cursor: str | None) -> Page[StaffInvitation]:
    """Those that were neither accepted nor withdrawn, the newest first; also those whose time is over."""
    return keyset_page(
        sa.select(StaffInvitation).where(
            StaffInvitation.accepted_at.is_(None), StaffInvitation.withdrawn_at.is_(None)
        ),
        (StaffInvitation.invited_at, StaffInvitation.id),
        cursor=cursor,
        limit=INVITATIONS_ON_PAGE,
    )


def get_invitation(invitation_id: str) -> StaffInvitation:
    """The invitation, or NotFound."""
    found = db.session.get(StaffInvitation, invitation_id)
    if found is None:
        raise NotFound(_("There is no such invitation."))
    return found


def find_by_link(token: str) -> StaffInvitation | None:
    """The invitation whose link this is, whatever became of it."""
    return db.session.scalar(sa.select(StaffInvitation).where(StaffInvitation.link_hash == digest(token)))


def is_open(invitation: StaffInvitation) -> bool:
    """Whether it can be accepted now."""
    return (
        invitation.accepted_at is None
        and invitation.withdrawn_at is None
        and invitation.expires_at > clock.now()
    )
