"""What accounts keep about members: who they are, how they come in, what they agreed to, what staff noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import (
    AccountSession,
    Calendar,
    Consent,
    DataPackage,
    Distance,
    Member,
    MemberState,
    OneTimeCode,
    StaffInvitation,
    StaffNote,
    StaffRole,
    Throttle,
)
from portal.accounts.services.waits import keys_of_account
from portal.accounts.signals import MemberChanged, member_changed
from portal.core import clock, search
from portal.core.db import changed_rows, db, lock_row
from portal.core.feature import Part, PersonalData
from portal.core.i18n import lazy as _l
from portal.core.media import services as media
from portal.core.media.images import WIDTHS
from portal.core.media.queries import photos_of
from portal.core.media.storage import delete_after_commit, package_key, picture_key, storage
from portal.core.personal import forget_contacts, rows_of

OWNER_KIND = SEARCH_KIND = "member"
Row = dict[str, Any]

#: what a member's row still says afterwards: a number that is never given again, and when somebody came and left
KEPT = frozenset({"id", "number", "state", "join_source", "joined_at", "erased_at", "erase_after", "version"})
#: what all other columns say then, where it is not simply nothing
_BLANK: dict[str, Any] = {
    "display_name": "",
    "bio": "",
    "region": "",
    "birth_leap": False,
    "birth_calendar": Calendar.SOLAR,
    "interests": [],
    "visibility": {},
    "greets_newcomers": False,
    "profile_hidden": False,
    "mail_trouble": 0,
}


def export(member_id: str) -> Iterator[Part]:
    """The profile, the face, browsers, consents, roles, notes of staff, people kept away, packages asked for."""
    member = db.session.get_one(Member, member_id)
    yield Part("profile.json", rows=iter([_profile(member)]))
    for model, name, told in (
        (AccountSession, "devices.json", _session),
        (Consent, "consents.json", _consent),
        (StaffRole, "roles.json", _role),
        (StaffNote, "notes_of_staff_about_me.json", _note),
        (Distance, "people_i_keep_away.json", _distance),
        (DataPackage, "data_packages.json", _package),
    ):
        mine: Any = sa.select(model).where(model.member_id == member_id)
        yield Part(name, rows=rows_of(mine, told))
    yield Part("codes.json", rows=rows_of(_codes_of(member), _code))
    yield Part("invitations_to_staff.json", rows=rows_of(_invitations_of(member), _invitation))
    for photo in photos_of(OWNER_KIND, member_id):
        if photo.is_ready:
            with storage().as_path(picture_key(photo.id, max(WIDTHS))) as path:
                yield Part("photos/me.webp", file=path)


def erase(member_id: str) -> None:
    """The row stays for what points at it, and says nothing. Everything else of theirs goes, but for two ledgers.

    Consents are append-only proof: their lines lead to a row that no longer tells who it was. So do acts of staff.
    """
    lock_row(Member, member_id, whole=False)
    member = db.session.get_one(Member, member_id, populate_existing=True)
    _forget_contacts_of(member)
    _forget_rows_of(member_id)
    media.discard_photos(OWNER_KIND, member_id)
    search.remove_entry(SEARCH_KIND, member_id)
    if member.state is MemberState.ERASED:
        return
    columns = {column.name for column in Member.__table__.columns} - KEPT
    gone = sa.update(Member).where(Member.id == member_id)
    changed_rows(
        gone.values(
            state=MemberState.ERASED,
            erased_at=clock.now(),
            version=Member.version + 1,
            **{name: _BLANK.get(name) for name in columns},
        )
    )
    db.session.expire_all()
    member_changed.send(MemberChanged(member_id))


def counts(member_id: str) -> list[tuple[Any, Any]]:
    return [
        (label, sa.select(sa.func.count()).select_from(model).where(model.member_id == member_id))
        for label, model in (
            (_l("Devices signed in"), AccountSession),
            (_l("Consents, given and taken back"), Consent),
            (_l("Notes our team made about you"), StaffNote),
            (_l("People you keep away"), Distance),
        )
    ]


PERSONAL = PersonalData(
    tables=frozenset(
        model.__tablename__
        for model in (
            Member,
            AccountSession,
            OneTimeCode,
            Throttle,
            Consent,
            Distance,
            DataPackage,
            StaffRole,
            StaffInvitation,
            StaffNote,
        )
    ),
    export=export,
    erase=erase,
    counts=counts,
)


# ------------------------------------------------------------------ inside


def _forget_contacts_of(member: Member) -> None:
    """Codes, waits, letters and invitations by address or number; the same person may come again as somebody new."""
    contacts = [contact for contact in (member.email, member.phone) if contact]
    waits = [key for account in (*contacts, member.id) for key in keys_of_account(account)]
    changed_rows(sa.delete(Throttle).where(Throttle.key.in_(waits)))
    changed_rows(sa.delete(OneTimeCode).where(_about(member, contacts)))
    invited = sa.or_(StaffInvitation.email.in_(contacts), StaffInvitation.accepted_by == member.id)
    changed_rows(sa.delete(StaffInvitation).where(invited))
    forget_contacts(contacts)


def _forget_rows_of(member_id: str) -> None:
    packages = sa.select(DataPackage.id, DataPackage.attempts).where(DataPackage.member_id == member_id)
    tries = [(row.id, attempt + 1) for row in db.session.execute(packages) for attempt in range(row.attempts)]
    delete_after_commit(*(package_key(*one) for one in tries))
    for model in (AccountSession, StaffRole, StaffNote, DataPackage, Distance):
        changed_rows(sa.delete(model).where(model.member_id == member_id))
    changed_rows(sa.delete(Distance).where(Distance.other_id == member_id))
    cared_for = sa.update(Member).where(Member.looked_after_by == member_id)
    changed_rows(cared_for.values(looked_after_by=None))


def _about(member: Member, contacts: list[str]) -> sa.ColumnElement[bool]:
    """Codes sent to them, and those that name them: an address they were about to add."""
    return sa.or_(OneTimeCode.contact.in_(contacts), sa.cast(OneTimeCode.facts, sa.Text).contains(member.id))


def _codes_of(member: Member) -> sa.Select[Any]:
    contacts = [contact for contact in (member.email, member.phone) if contact]
    return sa.select(OneTimeCode).where(_about(member, contacts))


def _invitations_of(member: Member) -> sa.Select[Any]:
    theirs = sa.or_(StaffInvitation.email == member.email, StaffInvitation.accepted_by == member.id)
    return sa.select(StaffInvitation).where(theirs)


# ------------------------------------------------------------------ in words


def _profile(row: Member) -> Row:
    """Every column but the password's hash, which is of no use to anybody."""
    told = {column.name: getattr(row, column.name) for column in Member.__table__.columns}
    told["password"] = "set" if told.pop("password_hash") else "none"
    return told


def _session(row: AccountSession) -> Row:
    return {
        "device": row.device,
        "address": row.address,
        "since": row.created_at,
        "last_seen_at": row.last_seen_at,
    }


def _consent(row: Consent) -> Row:
    return {"at": row.at, "what": row.what, "version": row.version, "given": row.given, "how": row.how}


def _role(row: StaffRole) -> Row:
    return {"role": row.role.value, "since": row.granted_at}


def _note(row: StaffNote) -> Row:
    return {"at": row.at, "note": row.body}


def _distance(row: Distance) -> Row:
    return {"member": row.other_id, "how": row.kind.value, "since": row.since}


def _package(row: DataPackage) -> Row:
    return {"asked_at": row.asked_at, "state": row.state.value, "ready_at": row.ready_at}


def _code(row: OneTimeCode) -> Row:
    return {
        "to": row.contact,
        "for": row.purpose.value,
        "sent_at": row.created_at,
        "expires_at": row.expires_at,
        "used_at": row.used_at,
    }


def _invitation(row: StaffInvitation) -> Row:
    return {"to": row.email, "role": row.role.value, "at": row.invited_at, "accepted_at": row.accepted_at}
