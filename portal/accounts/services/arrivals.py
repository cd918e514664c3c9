"""Coming in: the proof of an address or a number becomes an account or opens the one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import CodePurpose, Member, MemberNumbers, OneTimeCode
from portal.accounts.queries.people import find_member_by_contact
from portal.accounts.rules import is_phone
from portal.accounts.services import consents
from portal.accounts.services.profiles import refresh_search
from portal.accounts.services.sessions import change_password, is_here
from portal.accounts.signals import ContactProved, MemberJoined, contact_proved, member_joined
from portal.core import clock
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.core.errors import Conflict
from portal.core.i18n import _


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came in through a code, and whether this made the account."""

    member_id: str
    joined: bool


def arrive(code: OneTimeCode, *, same_browser: bool) -> Arrival:
    """Use up a VERIFY or SIGN_IN code. Raises Conflict when it was used meanwhile or nobody is behind it.

    A link opened in another browser than the one that signed up proves the address, but not who chose the password:
    the account then starts without one.
    """
    _hold_owner(code)
    use_up(code)
    if code.purpose is CodePurpose.VERIFY:
        stand_in_line()  # another proof of the same address may be a moment faster
    member = find_member_by_contact(code.contact)
    if member is not None:
        _note_proof(member, code.contact)
        return Arrival(member.id, joined=False)
    if code.purpose is not CodePurpose.VERIFY:
        raise _spent()
    facts = code.facts
    member = make_member(
        code.contact,
        display_name=facts["display_name"],
        password_hash=facts["password_hash"] if same_browser else None,
        language=facts["language"],
        source=facts["source"],
        verified=True,
    )
    consents.note_agreed(member.id, facts.get("agreed", {}), how=consents.SIGN_UP)
    return Arrival(member.id, joined=True)


def reset_password(code: OneTimeCode, *, password_hash: str) -> str:
    """Use up a RESET code: the new password holds, every browser is signed out. Returns the member's id."""
    _hold_owner(code)
    use_up(code)
    member = find_member_by_contact(code.contact)
    if member is None:
        raise _spent()
    _note_proof(member, code.contact)
    change_password(member, password_hash=password_hash, keep_session="")
    return member.id


def make_member(
    contact: str,
    *,
    display_name: str,
    password_hash: str | None = None,
    language: str | None = None,
    source: str = "",
    verified: bool = False,
    number: int | None = None,
    joined_at: datetime | None = None,
) -> Member:
    """A new member with the next number (or a given one, for a club that brings its numbers along).

    ``contact`` is a mail address or a number in its normal form. When it got an account meanwhile, that one is returned
    unchanged. Sends MemberJoined.
    """
    next_number = stand_in_line()
    member = find_member_by_contact(contact)
    if member is not None:
        return member
    number = number or next_number
    now = clock.now()
    member = Member(
        id=new_id(),
        number=number,
        display_name=display_name,
        **_reached_at(contact, now if verified else None),
        password_hash=password_hash,
        language=language,
        join_source=source[:64],
        joined_at=joined_at or now,
    )
    db.session.add(member)
    db.session.execute(sa.update(MemberNumbers).where(MemberNumbers.last < number).values(last=number))
    db.session.flush()
    refresh_search(member)
    member_joined.send(MemberJoined(member.id))
    return member


def _hold_owner(code: OneTimeCode) -> None:
    """Whoever erases an account holds it before its codes; so does who comes in."""
    if (member := find_member_by_contact(code.contact)) is not None:
        is_here(member.id)


def _reached_at(contact: str, proven_at: datetime | None) -> dict[str, Any]:
    if is_phone(contact):
        return {"phone": contact, "phone_verified_at": proven_at}
    return {"email": contact, "email_verified_at": proven_at}


def _note_proof(member: Member, contact: str) -> None:
    """The first proof of a contact is the one that counts."""
    proven = "phone_verified_at" if is_phone(contact) else "email_verified_at"
    if getattr(member, proven) is None:
        setattr(member, proven, clock.now())
        db.session.flush()
        contact_proved.send(ContactProved(member.id))


def stand_in_line() -> int:
    """The next number. The single row is the door: until this transaction ends nobody else joins or takes a contact."""
    insert_once(MemberNumbers, id=1, last=0)
    last = db.session.scalar(sa.select(MemberNumbers.last).where(MemberNumbers.id == 1).with_for_update())
    return (last or 0) + 1


def use_up(code: OneTimeCode) -> None:
    """Whoever asks first may go on. Raises Conflict for all others."""
    unused = sa.update(OneTimeCode).where(OneTimeCode.id == code.id, OneTimeCode.used_at.is_(None))
    if not changed_rows(unused.values(used_at=clock.now())):
        raise _spent()


def _spent() -> Conflict:
    return Conflict(_("This code was used already. Ask for a new one."))
