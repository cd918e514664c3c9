"""Members as staff look for them.

Search walks one index that holds all it looks at, the newest member first, and stops when the page is full. Parts of
names, addresses and numbers are found anywhere in them, two Chinese characters as well as half a mail address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState, Role, StaffNote, StaffRole
from portal.brand import queries as brand
from portal.core import clock
from portal.core.characters import plain
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import PAGE_SIZE, Page, keyset_page

MOST_WORDS, LONGEST_WORD = 5, 64
#: rows of a list that is taken along, read at a time
AT_ONCE = 500
NOTES_ON_PAGE = 12
_DIGITS_OF_A_NUMBER = 9
#: a number as pages show it: "No. 000123"
_NUMBERED = re.compile(r"\bno\.\s*(?=[0-9])", re.IGNORECASE)
_NEWEST = (Member.joined_at, Member.id)


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What staff look for. ``since`` and ``until`` are days of the shop, both included; ``source`` is a join's code.

    Without a ``state`` everyone is shown but those who are erased.
    """

    words: str = ""
    role: Role | None = None
    state: MemberState | None = None
    since: date | None = None
    until: date | None = None
    source: str | None = None
    looked_after_by: str | None = None


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note and who wrote it; None when they are gone."""

    note: StaffNote
    author: Member | None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A member in the list of staff."""

    member: Member
    roles: list[Role]


def find_members(wanted: MemberFilter, *, contacts: bool, cursor: str | None) -> Page[DeskRow]:
    """A page of those who fit, the newest first. Three queries.

    ``contacts``: the one who asks may see mail and phone, so that words are looked for there too.
    """
    found = keyset_page(
        sa.select(*_NEWEST).where(*_conditions(wanted, contacts)),
        _NEWEST,
        cursor=cursor,
        limit=PAGE_SIZE,
        scalars=False,
    )
    ids = [row.id for row in found.items]
    people = {one.id: one for one in db.session.scalars(sa.select(Member).where(Member.id.in_(ids)))}
    roles = roles_of(ids)
    rows = [DeskRow(people[id_], roles.get(id_, [])) for id_ in ids if id_ in people]
    return Page(rows, found.next_cursor)


def members_to_take_along(wanted: MemberFilter) -> Iterator[Member]:
    """All who fit, the newest first, few in memory at a time. Ends the open read between two helpings."""
    cursor: str | None = None
    while True:
        page = keyset_page(
            sa.select(Member).where(*_conditions(wanted, True)), _NEWEST, cursor=cursor, limit=AT_ONCE
        )
        yield from page.items
        cursor = page.next_cursor
        db.session.rollback()
        db.session.expunge_all()
        if cursor is None:
            return


def roles_of(member_ids: Sequence[str]) -> dict[str, list[Role]]:
    """The roles of these members; who has none is left out. One query."""
    found: dict[str, list[Role]] = {}
    rows = db.session.execute(
        sa.select(StaffRole.member_id, StaffRole.role).where(StaffRole.member_id.in_(member_ids))
    )
    for member_id, role in rows:
        found.setdefault(member_id, []).append(role)
    return {member_id: sorted(held, key=list(Role).index) for member_id, held in found.items()}


def notes_of(member_id: str, *, cursor: str | None) -> Page[SignedNote]:
    """What staff wrote down about a member, the newest first. One query."""
    keys = (StaffNote.at, StaffNote.id)
    page = keyset_page(
        sa.select(StaffNote, Member, *keys)
        .outerjoin(Member, Member.id == StaffNote.by_id)
        .where(StaffNote.member_id == member_id),
        keys,
        cursor=cursor,
        limit=NOTES_ON_PAGE,
        scalars=False,
    )
    return Page([SignedNote(row[0], row[1]) for row in page.items], page.next_cursor)


def get_note(member_id: str, note_id: str) -> StaffNote:
    """The note if it is about this member, else NotFound."""
    note = db.session.get(StaffNote, note_id)
    if note is None or note.member_id != member_id:
        raise NotFound(_("This note is not here any more."))
    return note


def _conditions(wanted: MemberFilter, contacts: bool) -> list[sa.ColumnElement[bool]]:
    zone = brand.current().time_zone
    given: list[sa.ColumnElement[bool]] = [
        Member.state == wanted.state if wanted.state else Member.state != MemberState.ERASED
    ]
    if wanted.role:
        given.append(Member.id.in_(sa.select(StaffRole.member_id).where(StaffRole.role == wanted.role)))
    if wanted.since:
        given.append(Member.joined_at >= clock.day_start(wanted.since, zone))
    if wanted.until and wanted.until < date.max:
        given.append(Member.joined_at < clock.day_start(wanted.until + clock.days(1), zone))
    if wanted.source is not None:
        given.append(Member.join_source == wanted.source)
    if wanted.looked_after_by:
        given.append(Member.looked_after_by == wanted.looked_after_by)
    said = _NUMBERED.sub("#", plain(wanted.words).replace("\0", ""))
    words = [word[:LONGEST_WORD] for word in said.split()[:MOST_WORDS]]
    return given + [_holds(word, contacts) for word in words]


def _holds(word: str, contacts: bool) -> sa.ColumnElement[bool]:
    """Whether a member's name, region or number is meant by this word; or a part of mail or phone."""
    word = word.lstrip("#") or word
    columns: list[Any] = [Member.display_name, Member.region]
    if contacts:
        columns += [Member.email, Member.phone]
    meant = [column.icontains(word, autoescape=True) for column in columns]
    if word.isascii() and word.isdigit() and len(word) <= _DIGITS_OF_A_NUMBER:
        meant.append(Member.number == int(word))
    return sa.or_(*meant)
