"""What staff write down about members, and who looks after whom. All of it is audited, without a word of the text."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState, StaffNote
from portal.accounts.queries import staff_who_can
from portal.accounts.signals import LookedAfter, looked_after
from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.audit import AuditEntry
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _

LONGEST_NOTE = 2000
#: the same words by the same person within this time are one note (double sends)
SAME_WITHIN = timedelta(minutes=1)
KIND = "member"
CONTACTS_SEEN = "member.contacts_seen"


def add_note(member: Member, *, by: Viewer, body: str) -> StaffNote:
    """Write something down that colleagues should know. Audited. Raises Invalid, or Conflict for who was erased."""
    body = body.strip()
    if not body:
        raise Invalid(_("Please write something first."), field="body")
    if len(body) > LONGEST_NOTE:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_NOTE), field="body")
    _hold(member)
    now = clock.now()
    same = sa.select(StaffNote).where(
        StaffNote.member_id == member.id,
        StaffNote.by_id == by.id,
        StaffNote.body == body,
        StaffNote.at > now - SAME_WITHIN,
    )
    if (before := db.session.scalars(same).first()) is not None:
        return before
    note = StaffNote(member_id=member.id, by_id=by.id, body=body, at=now)
    db.session.add(note)
    db.session.flush()
    audit.record("member.note_added", by=by, target_kind=KIND, target_id=member.id, note=note.id)
    return note


def delete_note(note: StaffNote, *, by: Viewer) -> bool:
    """Take one's own note away; False when it was gone already. Audited. Raises NotAllowed for a colleague's."""
    if note.by_id != by.id:
        raise NotAllowed(_("A colleague wrote this note; only they can delete it."))
    note_id, member_id = note.id, note.member_id
    if not changed_rows(sa.delete(StaffNote).where(StaffNote.id == note_id)):
        return False
    db.session.expunge(note)
    audit.record("member.note_deleted", by=by, target_kind=KIND, target_id=member_id, note=note_id)
    return True


def look_after(member: Member, staff_id: str | None, *, by: Viewer) -> bool:
    """Say whom of the staff this member may turn to (None: nobody in particular). False when it was so already.

    Audited; a colleague who is chosen is told. Raises Invalid when it is nobody who may see members.
    """
    if staff_id is not None and staff_id not in staff_who_can(Permission.VIEW_MEMBERS):
        raise Invalid(_("Please choose somebody who works here."), field="staff")
    _hold(member)
    if member.looked_after_by == staff_id:
        return False
    member.looked_after_by = staff_id
    db.session.flush()
    audit.record("member.looked_after", by=by, target_kind=KIND, target_id=member.id, staff=staff_id)
    if staff_id is not None:
        looked_after.send(LookedAfter(member.id, staff_id, by.id))
    return True


def contacts_were_seen(member_id: str, *, by: Viewer) -> bool:
    """Whether it is written down that this colleague saw this member's mail and phone today (shop time). One query."""
    today = clock.day_start(brand.shop_day(clock.now()), brand.current().time_zone)
    statement = sa.select(AuditEntry.id).where(
        AuditEntry.target_kind == KIND,
        AuditEntry.target_id == member_id,
        AuditEntry.at >= today,
        AuditEntry.action == CONTACTS_SEEN,
        AuditEntry.by_id == by.id,
    )
    return db.session.scalar(statement.limit(1)) is not None


def note_contacts_seen(member_id: str, *, by: Viewer) -> None:
    """Write it down."""
    audit.record(CONTACTS_SEEN, by=by, target_kind=KIND, target_id=member_id)


def note_list_taken(*, by: Viewer, q: str = "", **filters: str) -> None:
    """A list of members with their contacts left the house: write down who took it, and what was asked for.

    Not the words: they may be somebody's name or address, and what is audited stays when they leave.
    """
    searched = {"searched": True} if q else {}
    audit.record("members.exported", by=by, target_kind="members", target_id="list", **searched, **filters)


def _hold(member: Member) -> None:
    lock_row(Member, member.id, whole=False)
    db.session.refresh(member)
    if member.state is MemberState.ERASED:
        raise Conflict(_("This member left, and everything about them is gone."))
