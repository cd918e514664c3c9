"""Finding members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts.models import DistanceKind, Member, MemberState, Role, StaffRole
from portal.accounts.queries.distance import distance_between, leave_out, sees_past
from portal.accounts.roles import roles_with
from portal.accounts.rules import is_phone, may_see_profile
from portal.accounts.showing import ShownProfile, shown_profile
from portal.core import search
from portal.core.access import Permission, Viewer
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page

SEARCH_KIND = "member"


def get_member(public_id: str) -> Member:
    """The member, or NotFound."""
    member = db.session.get(Member, public_id)
    if member is None:
        raise NotFound(_("There is no such member."))
    return member


def get_profile(viewer: Viewer | None, public_id: str) -> Member:
    """The member whose page this viewer may see, or NotFound.

    Somebody whom the viewer muted still has a page for them, to let them back; a block leaves none, either way.
    """
    member = get_member(public_id)
    blocked = distance_between(viewer, member.id) is DistanceKind.BLOCK and not sees_past(viewer)
    if blocked or not may_see_profile(viewer, member):
        raise NotFound(_("There is no such member."))
    return member


def is_suspended(member_id: InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
    """Asked of the member of each row of a statement."""
    return sa.exists().where(Member.id == member_id, Member.state == MemberState.SUSPENDED)


def find_member_by_email(email: str) -> Member | None:
    """``email`` in its normal form (:func:`rules.normalised_email`)."""
    return db.session.scalar(sa.select(Member).where(Member.email == email))


def find_member_by_contact(contact: str) -> Member | None:
    """Whose mail address or number this is; ``contact`` in its normal form (:func:`rules.normalised_contact`)."""
    return db.session.scalar(sa.select(Member).where(_column_of(contact) == contact))


def member_by_email(email: str) -> Member:
    """The member with this address. Raises Invalid beside the field ``email``: for staff, who may know."""
    member = find_member_by_email(email)
    if member is None:
        raise Invalid(
            _("No member has this address. They sign up first, then you can give them a role."), field="email"
        )
    return member


def password_of(contact: str) -> tuple[str | None, str | None]:
    """(member id, password hash) behind an address or number; (None, None) when there is no account."""
    row = db.session.execute(
        sa.select(Member.id, Member.password_hash).where(_column_of(contact) == contact)
    ).one_or_none()
    return (row.id, row.password_hash) if row else (None, None)


def _column_of(contact: str) -> sa.ColumnElement[str | None]:
    return sa.type_coerce(Member.phone if is_phone(contact) else Member.email, sa.String)


def members_named(ids: Iterable[str]) -> dict[str, Member]:
    """The members with these ids, in one query; unknown ids are left out."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {
        member.id: member for member in db.session.scalars(sa.select(Member).where(Member.id.in_(wanted)))
    }


def search_members(query: str, viewer: Viewer | None, cursor: str | None) -> Page[ShownProfile]:
    """Members of whom everyone may see every word of ``query``, newest first, as this viewer sees them. One query."""
    entries = search.entries_with(SEARCH_KIND, query)
    if entries is None:
        return Page([], None)
    people = entries.add_columns(Member).join(Member, Member.id == search.SearchEntry.object_id)
    people = leave_out(people, viewer, Member.id)
    found = keyset_page(people, search.NEWEST, cursor=cursor, scalars=False)
    return Page([shown_profile(row.Member, viewer) for row in found.items], found.next_cursor)


def staff() -> list[tuple[Member, list[Role]]]:
    """Everyone with a role, by number, with the roles in their order on the permission page. One query."""
    rows = db.session.execute(
        sa.select(Member, StaffRole.role)
        .join(StaffRole, StaffRole.member_id == Member.id)
        .order_by(Member.number)
    )
    roles: dict[Member, list[Role]] = {}
    for member, role in rows:
        roles.setdefault(member, []).append(role)
    return [(member, sorted(held, key=list(Role).index)) for member, held in roles.items()]


def staff_who_can(permission: Permission) -> list[str]:
    """Ids of the active staff who hold this permission."""
    statement = (
        sa.select(Member.id)
        .join(StaffRole, StaffRole.member_id == Member.id)
        .where(StaffRole.role.in_(roles_with(permission)), Member.state == MemberState.ACTIVE)
        .distinct()
        .order_by(Member.id)
    )
    return list(db.session.scalars(statement))


def personas(emails: Sequence[str]) -> list[Member]:
    """The members with these addresses, in the order given (the demo's sign-in page)."""
    found = {
        member.email: member
        for member in db.session.scalars(sa.select(Member).where(Member.email.in_(emails)))
    }
    return [found[email] for email in emails if email in found]
