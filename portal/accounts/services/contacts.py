"""Another way to reach a member: proven first, told to the ways that were there before, taken back within a week.

All of it stands in the line of those who join (:func:`arrivals.stand_in_line`), so that a contact has one owner whoever
comes at the same moment. A code names its member in ``facts``; one that takes a change back holds the contacts ``before``
it and the ``change``, an id that grows.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import AccountSession, CodePurpose, Member, OneTimeCode
from portal.accounts.queries.people import find_member_by_contact, get_member
from portal.accounts.rules import is_phone
from portal.accounts.services import arrivals, codes, contact_letters, texts
from portal.accounts.services.mailing import trust_address
from portal.accounts.services.sessions import is_here
from portal.accounts.signals import ContactProved, contact_proved
from portal.core import clock
from portal.core.db import changed_rows, db, lock_row, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _, in_language


def ask_for_contact(member_id: str, contact: str, *, language: str, address: str) -> str:
    """Send a code to a contact that this member wants to be reached at. Returns its id.

    When it is somebody else's they are told, and no code goes out: from outside both look the same. Raises Invalid when
    it is this member's already, TooMany.
    """
    member = get_member(member_id)
    if contact in _proven(member).values():
        raise Invalid(_("This is yours already."), field="email")
    codes.take_turn_to_write(contact, address=address)
    row, code, _link = codes.new_code(contact, CodePurpose.CONTACT, facts={"member_id": member_id})
    owner = find_member_by_contact(contact)
    if owner is not None and owner.id != member_id:
        _tell_owner(contact, owner)
    elif is_phone(contact):
        texts.send_code(contact, code, member, language=language)
    else:
        contact_letters.send_code(contact, member, code)
    return row.id


def take_contact(member_id: str, code: OneTimeCode) -> None:
    """The code was typed: the member is reached there from now on, instead of at the one of its kind before.

    Raises Conflict when the code is spent or the contact got another owner meanwhile.
    """
    member = _held(member_id)
    if code.purpose is not CodePurpose.CONTACT or code.facts.get("member_id") != member.id:
        raise Conflict(_("This code is for something else. Please begin once more."))
    arrivals.use_up(code)
    _must_be_free(code.contact, member)
    before = _proven(member)
    _reach_at(member, {_kind(code.contact): code.contact})
    if not is_phone(code.contact):
        trust_address(member.id)
    _tell_of_change(member, before)


def remove_contact(member_id: str, kind: str) -> None:
    """Forget the ``email`` or the ``phone``. Raises Conflict for the last way to reach the member."""
    member = _held(member_id)
    before = _proven(member)
    if not any(contact for name, contact in before.items() if name != kind):
        raise Conflict(_("This is the only way we can reach you. Add another one first."))
    if getattr(member, kind) is None:
        return
    _reach_at(member, {kind: None})
    _tell_of_change(member, before)


def can_take_back(code: OneTimeCode) -> bool:
    """Whether this code is for taking a change back."""
    return code.purpose is CodePurpose.CONTACT and "before" in code.facts


def take_back(code: OneTimeCode) -> str:
    """All contacts are what they were before the change; nobody is signed in, no password holds. The member's id.

    Codes that a thief may have got since then are void, also those that would take this back in turn; older ones stay,
    because what they undo came first. Raises Conflict when a contact got another owner meanwhile.
    """
    member = _held(code.facts["member_id"])
    arrivals.use_up(code)
    before, change = code.facts["before"], code.facts["change"]
    for contact in filter(None, before.values()):
        _must_be_free(contact, member)
    _reach_at(member, before)
    member.password_hash = None
    since = sa.or_(codes.fact("change").is_(None), codes.fact("change") >= change)
    void = sa.update(OneTimeCode).where(
        codes.fact("member_id") == member.id, OneTimeCode.used_at.is_(None), since
    )
    changed_rows(void.values(used_at=clock.now()))
    changed_rows(sa.delete(AccountSession).where(AccountSession.member_id == member.id))
    db.session.flush()
    return member.id


# ------------------------------------------------------------------ inside


def _held(member_id: str) -> Member:
    """The member, as they are now and until this transaction ends.

    The whole row: who changes an address or number waits for everyone whose rows point at the member, and some of them
    want the member's row themselves later.
    """
    if not is_here(member_id):
        raise Conflict(_("This account is closed."))
    arrivals.stand_in_line()
    lock_row(Member, member_id)
    member = get_member(member_id)
    db.session.refresh(member)
    return member


def _kind(contact: str) -> str:
    return "phone" if is_phone(contact) else "email"


def _proven(member: Member) -> dict[str, str | None]:
    """How the member is surely reached; an address that nobody proved may be anybody's."""
    return {
        "email": member.email if member.email_verified_at else None,
        "phone": member.phone if member.phone_verified_at else None,
    }


def _must_be_free(contact: str, member: Member) -> None:
    owner = find_member_by_contact(contact)
    if owner is not None and owner.id != member.id:
        raise Conflict(_("This belongs to another account by now."))


def _reach_at(member: Member, contacts: dict[str, str | None]) -> None:
    now = clock.now()
    for kind, contact in contacts.items():
        setattr(member, kind, contact)
        setattr(member, f"{kind}_verified_at", now if contact else None)
    db.session.flush()
    if any(contacts.values()):
        contact_proved.send(ContactProved(member.id))


def _tell_owner(contact: str, owner: Member) -> None:
    if not is_phone(contact):
        contact_letters.tell_somebody_wanted_it(owner)
        return
    with in_language(owner.language):
        what = _("Somebody wanted to add this number to another account; nothing changed")
    texts.send_notice(contact, what, owner)


def _tell_of_change(member: Member, before: dict[str, str | None]) -> None:
    """To every contact from before the change: what is new, and how to take it back."""
    now = _proven(member)
    facts = {"member_id": member.id, "before": before, "change": new_id()}
    for contact in filter(None, before.values()):
        _row, _code, link = codes.new_code(
            contact, CodePurpose.CONTACT, holds_for=codes.TAKE_BACK_WITHIN, facts=facts
        )
        with in_language(member.language):
            what = _what_changed(before, now)
        if is_phone(contact):
            texts.send_notice(contact, what, member)
        else:
            contact_letters.tell_of_change(contact, member, what, link)


def _what_changed(before: dict[str, str | None], now: dict[str, str | None]) -> str:
    kind = "phone" if before["phone"] != now["phone"] else "email"
    if now[kind] is None:
        return _("The mobile number was removed") if kind == "phone" else _("The mail address was removed")
    if before[kind] is None:
        return _("A mobile number was added") if kind == "phone" else _("A mail address was added")
    return _("The mobile number was changed") if kind == "phone" else _("The mail address was changed")
