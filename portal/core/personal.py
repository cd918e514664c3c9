"""What the rooms without a feature keep about members: mail, text messages, photos, what was done to their account.

Photos belong to whatever they show; the feature that has it exports their files and deletes them. Here is what was
uploaded, and what was allowed with it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.audit import AuditEntry
from portal.core.db import changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.core.i18n import lazy as _l
from portal.core.mail.models import Letter
from portal.core.media.models import Photo, PhotoRight
from portal.core.sms.models import TextMessage

BATCH = 100
Row = dict[str, Any]


def rows_of(statement: sa.Select[Any], told: Callable[[Any], Row]) -> Iterator[Row]:
    """Rows put into words, a hundred at a time: exports of any size need little memory."""
    for row in db.session.scalars(statement.execution_options(yield_per=BATCH)):
        yield told(row)


def export(member_id: str) -> Iterator[Part]:
    """Letters, text messages, uploads, rights given, and what staff did to the account."""
    letters = sa.select(Letter).where(Letter.member_id == member_id).order_by(Letter.id)
    texts = sa.select(TextMessage).where(TextMessage.member_id == member_id).order_by(TextMessage.id)
    photos = sa.select(Photo).where(Photo.uploaded_by == member_id).order_by(Photo.id)
    rights = sa.select(PhotoRight).where(PhotoRight.granted_by == member_id).order_by(PhotoRight.id)
    yield Part("letters.json", rows=rows_of(letters, _letter))
    yield Part("text_messages.json", rows=rows_of(texts, _text))
    yield Part("photos.json", rows=rows_of(photos, _photo))
    yield Part("photo_rights.json", rows=rows_of(rights, _right))
    yield Part("acts_on_my_account.json", rows=rows_of(_acts(member_id), _act))


def erase(member_id: str) -> None:
    """Letters, text messages and rights go. Photos went with what they belonged to; those of the brand stay.

    The audit trail is append-only and holds ids alone: from now on they lead to nobody.
    """
    changed_rows(sa.delete(Letter).where(Letter.member_id == member_id))
    changed_rows(sa.delete(TextMessage).where(TextMessage.member_id == member_id))
    changed_rows(sa.delete(PhotoRight).where(PhotoRight.granted_by == member_id))
    db.session.expire_all()


def forget_contacts(contacts: Iterable[str]) -> None:
    """Whatever was written to these addresses and numbers before they belonged to an account goes as well."""
    known = set(contacts)
    if not known:
        return
    changed_rows(sa.delete(Letter).where(Letter.recipient.in_(known)))
    changed_rows(sa.delete(TextMessage).where(TextMessage.recipient.in_(known)))


def take_name_out(member_ids: Iterable[str], names: Iterable[str], *, instead: str) -> None:
    """In letters to these members the names of somebody who left are replaced by ``instead``."""
    signs = [_sign(written) for name in names if name for written in {name, html.escape(name)}]
    readers = sorted(set(member_ids))
    if not signs or not readers:
        return
    told = sa.select(Letter).where(Letter.member_id.in_(readers)).order_by(Letter.id)
    for letter in db.session.scalars(told.with_for_update()).all():
        for field in ("subject", "text_body", "html_body"):
            text = getattr(letter, field)
            for sign in signs:
                text = sign.sub(lambda _found: instead, text)
            setattr(letter, field, text)
    db.session.flush()


def _sign(name: str) -> re.Pattern[str]:
    """A name as a word of its own; Chinese has no blanks around words."""
    before = r"(?<![A-Za-z0-9])" if re.match(r"[A-Za-z0-9]", name) else ""
    after = r"(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]$", name) else ""
    return re.compile(before + re.escape(name) + after)


def _acts(member_id: str) -> sa.Select[Any]:
    on_them = sa.and_(AuditEntry.target_kind.in_(("member", "profile")), AuditEntry.target_id == member_id)
    return sa.select(AuditEntry).where(on_them).order_by(AuditEntry.id)


def counts(member_id: str) -> list[tuple[Any, Any]]:
    letters = sa.select(sa.func.count()).where(Letter.member_id == member_id)
    texts = sa.select(sa.func.count()).where(TextMessage.member_id == member_id)
    photos = sa.select(sa.func.count()).where(Photo.uploaded_by == member_id)
    return [(_l("Photos"), photos), (_l("Mail we sent you"), letters), (_l("Text messages"), texts)]


PERSONAL = PersonalData(
    tables=frozenset({"letter", "text_message", "photo", "photo_right", "audit_entry"}),
    export=export,
    erase=erase,
    counts=counts,
)


# ------------------------------------------------------------------ in words


def _letter(row: Letter) -> Row:
    """The subject says what it was; the text may hold links that still work."""
    return {
        "at": row.created_at,
        "to": row.recipient,
        "subject": row.subject,
        "state": row.state.value,
        "sent_at": row.sent_at,
    }


def _text(row: TextMessage) -> Row:
    return {"at": row.created_at, "to": row.recipient, "kind": row.kind, "state": row.state.value}


def _photo(row: Photo) -> Row:
    return {
        "id": row.id,
        "of": row.owner_kind,
        "of_id": row.owner_id,
        "description": row.alt,
        "width": row.width,
        "height": row.height,
        "state": row.state.value,
        "public": row.published,
        "uploaded_at": row.created_at,
    }


def _right(row: PhotoRight) -> Row:
    return {
        "photo": row.photo_id,
        "use": row.use.value,
        "given_at": row.granted_at,
        "ends_on": row.ends_on,
        "taken_back_at": row.revoked_at,
    }


def _act(row: AuditEntry) -> Row:
    return {"at": row.at, "what": row.action}
