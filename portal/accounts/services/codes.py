"""Codes by mail (with a link) or text message. No page tells whether a contact has an account; only its owner learns that.

A contact is a mail address or a number in its normal form. To a number that nobody has nothing is sent: it would cost
money and ring at a stranger's. All else is done as for a member, down to the row in the outbox, which is never sent.

The six digits work only in the browser that asked for them (it remembers the code's id), the link everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import CodePurpose, Member, OneTimeCode
from portal.accounts.queries.people import find_member_by_contact, get_member
from portal.accounts.rules import clean_name, is_phone, only_digits
from portal.accounts.services import letters, texts, waits
from portal.accounts.services.profiles import check_name_is_free
from portal.core import clock
from portal.core.crypto import digest, keyed_digest, random_digits, random_token, same
from portal.core.db import changed_rows, db, new_id
from portal.core.errors import Conflict, TooMany
from portal.core.i18n import _

HOLDS = timedelta(minutes=30)
STAFF_LINK_HOLDS = timedelta(hours=24)
#: a notice of a change carries the way to take it back, for so long
TAKE_BACK_WITHIN = timedelta(days=7)
MOST_ATTEMPTS = 5
#: so many codes go to one number within a day, whoever asks
MOST_TEXTS, TEXTS_WITHIN = 10, timedelta(hours=24)


def holds(contact: str) -> timedelta:
    """How long a code works: a message arrives at once or not at all, mail may take its time."""
    return texts.CODE_HOLDS if is_phone(contact) else HOLDS


def begin_sign_up(
    contact: str,
    *,
    display_name: str,
    password_hash: str | None,
    language: str,
    source: str,
    address: str,
    agreed: dict[str, int] | None = None,
) -> str:
    """Write to a new contact what proves it; to a known one what signs in. Returns the code's id.

    ``agreed`` is what was ticked: text of the house (or ``age``) → version (or years), for the ledger of consents.
    Both look the same from outside. Raises TooMany, or Invalid for the name.
    """
    name = clean_name(display_name)
    check_name_is_free(name)
    take_turn_to_write(contact, address=address)
    facts = {
        "display_name": name,
        "password_hash": password_hash,
        "language": language,
        "source": source,
        "agreed": agreed or {},
    }
    return _write_to_newcomer(contact, facts)


def send_sign_in_code(contact: str, *, language: str, address: str) -> str:
    """Send a code to sign in with. Returns its id. Raises TooMany."""
    return _send(CodePurpose.SIGN_IN, contact, language, address)


def send_reset_code(contact: str, *, language: str, address: str) -> str:
    """Send a code that lets choose a new password. Returns its id. Raises TooMany."""
    return _send(CodePurpose.RESET, contact, language, address)


def ask_to_take_back(phone: str, *, language: str, address: str) -> str:
    """A code to a number that heard of a change which its owner never made. Returns its id. Raises TooMany.

    To any other number nothing is sent, and nobody sees the difference.
    """
    take_turn_to_write(phone, address=address)
    told = db.session.scalar(
        sa.select(OneTimeCode)
        .where(OneTimeCode.contact == phone, OneTimeCode.purpose == CodePurpose.CONTACT, *_usable())
        .where(fact("change").is_not(None))
        .order_by(OneTimeCode.created_at)
        .limit(1)
    )
    row, code, _link = new_code(phone, CodePurpose.CONTACT, facts=dict(told.facts) if told else None)
    member = get_member(told.facts["member_id"]) if told else None
    texts.send_code(phone, code, member, language=language, withheld=member is None)
    return row.id


def send_again(code_id: str, *, language: str, address: str) -> str:
    """A fresh code for the same purpose. Returns its id. Raises TooMany, or Conflict when too much time has passed."""
    row = db.session.get(OneTimeCode, code_id)
    if row is None:
        raise Conflict(_("It has been a while. Please begin once more."))
    if row.purpose is CodePurpose.CONTACT:  # what it takes back may have been taken back meanwhile
        return ask_to_take_back(row.contact, language=language, address=address)
    if row.purpose is not CodePurpose.VERIFY:
        return _send(row.purpose, row.contact, language, address)
    take_turn_to_write(row.contact, address=address)
    return _write_to_newcomer(row.contact, dict(row.facts))


def make_reset_link(member: Member) -> str:
    """The path of a link, for 24 hours, that lets choose a password: printed for new staff, not mailed."""
    assert member.email is not None, "staff are named by their address"
    _row, _code, link = new_code(member.email, CodePurpose.RESET, holds_for=STAFF_LINK_HOLDS)
    return letters.confirm_path(link)


def try_code(code_ids: Sequence[str], typed: str) -> OneTimeCode | None:
    """The code among these that was typed, or None. The try is counted for each: commit also when it failed."""
    digits, found = only_digits(typed), None
    for code_id in code_ids:
        one_more = sa.update(OneTimeCode).where(
            OneTimeCode.id == code_id, OneTimeCode.attempts < MOST_ATTEMPTS, *_usable()
        )
        if not changed_rows(one_more.values(attempts=OneTimeCode.attempts + 1)):
            continue
        row = db.session.get_one(OneTimeCode, code_id, populate_existing=True)
        if same(row.code_hash, _code_hash(code_id, digits)):
            found = row
    return found


def find_link(token: str) -> OneTimeCode | None:
    """The code whose link this is, while it may still be used."""
    return db.session.scalar(sa.select(OneTimeCode).where(OneTimeCode.link_hash == digest(token), *_usable()))


def find_code(code_id: str, purpose: CodePurpose) -> OneTimeCode | None:
    """The code with this id, while it may still be used."""
    return db.session.scalar(
        sa.select(OneTimeCode).where(OneTimeCode.id == code_id, OneTimeCode.purpose == purpose, *_usable())
    )


def take_turn_to_write(contact: str, *, address: str) -> None:
    """Count one letter or message to a contact, asked for from this network address. Raises TooMany.

    The row of the wait is held by whoever counts, so that many at once do not get past the day's number of messages.
    """
    kind = waits.Kind.TEXT if is_phone(contact) else waits.Kind.MAIL
    waits.take_turn(kind, account=contact, address=address)
    if not is_phone(contact):
        return
    lately = sa.select(OneTimeCode.created_at, OneTimeCode.expires_at).where(
        OneTimeCode.contact == contact, OneTimeCode.created_at > clock.now() - TEXTS_WITHIN
    )
    rows = db.session.execute(lately.order_by(OneTimeCode.created_at))
    # what holds longer was made with a notice, and sent to nobody: a thief's changes must not keep the owner silent
    sent = [made for made, ends in rows if ends - made < TAKE_BACK_WITHIN]
    if len(sent) >= MOST_TEXTS:
        over = sent[-MOST_TEXTS] + TEXTS_WITHIN - clock.now()
        raise TooMany(
            _("This number has been sent enough codes for today. Please try again tomorrow."),
            retry_after=max(1, round(over.total_seconds())),
        )


def _write_to_newcomer(contact: str, facts: dict[str, Any]) -> str:
    member = find_member_by_contact(contact)
    purpose = CodePurpose.VERIFY if member is None else CodePurpose.SIGN_IN
    row, code, link = new_code(contact, purpose, facts=facts if member is None else None)
    if is_phone(contact):
        texts.send_code(contact, code, member, language=facts["language"])
    elif member is not None:
        letters.send_account_exists(member, code, link)
    else:
        letters.send_welcome(contact, facts["display_name"], code, link, facts["language"])
    return row.id


def _send(purpose: CodePurpose, contact: str, language: str, address: str) -> str:
    take_turn_to_write(contact, address=address)
    row, code, link = new_code(contact, purpose)
    member = find_member_by_contact(contact)
    if is_phone(contact):
        texts.send_code(contact, code, member, language=language, withheld=member is None)
    elif member is None:
        letters.send_no_account(contact, language)
    elif purpose is CodePurpose.RESET:
        letters.send_reset(member, code, link)
    else:
        letters.send_sign_in(member, code, link)
    return row.id


def new_code(
    contact: str,
    purpose: CodePurpose,
    *,
    holds_for: timedelta | None = None,
    facts: dict[str, Any] | None = None,
) -> tuple[OneTimeCode, str, str]:
    """A row, its six digits and its link's secret: only what is sent ever holds the last two."""
    code_id, code, link, now = new_id(), random_digits(), random_token(), clock.now()
    row = OneTimeCode(
        id=code_id,
        contact=contact,
        purpose=purpose,
        code_hash=_code_hash(code_id, code),
        link_hash=digest(link),
        facts=facts or {},
        created_at=now,
        expires_at=now + (holds_for or holds(contact)),
    )
    db.session.add(row)
    db.session.flush()
    return row, code, link


def fact(name: str) -> sa.ColumnElement[str]:
    """A value in the facts of codes, to be compared."""
    found: sa.ColumnElement[str] = OneTimeCode.facts[name].as_string()
    return found


def _code_hash(code_id: str, digits: str) -> str:
    return keyed_digest(f"code:{code_id}:{digits}")


def _usable() -> tuple[sa.ColumnElement[bool], ...]:
    return OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > clock.now()
