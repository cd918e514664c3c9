"""Who is kept from whom: the one filter that every surface uses.

A block hides two members from each other, a mute hides one from the other. ``Viewer.keeps_apart`` says whether anybody
is hidden from a viewer at all; while nobody is, nothing below asks the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts.models import Distance, DistanceKind, Member
from portal.core.access import Permission, Viewer
from portal.core.db import db
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.core.plain import Plain

#: a member's id, or a column or parameter that holds one
Who = str | sa.ColumnElement[str] | InstrumentedAttribute[str]
Statement = TypeVar("Statement", bound=sa.Select[*tuple[Any, ...]])

_far = Distance.__table__.c


def kept_apart(viewer_id: Who) -> sa.Select[str]:
    """The ids of all who are hidden from this viewer: whom they block or mute, and who blocks them.

    Never their own; an id may come twice.
    """
    other = sa.case((_far.member_id == viewer_id, _far.other_id), else_=_far.member_id)
    return sa.select(other).where(sa.or_(_far.member_id == viewer_id, _blocks(viewer_id)))


def apart(viewer: Who, other: Who) -> sa.ColumnElement[bool]:
    """The same about one pair: whether ``other`` is hidden from ``viewer``. Both may be columns around it."""
    far: Any = Distance.__table__.alias().c
    mine = sa.and_(far.member_id == viewer, far.other_id == other)
    theirs = sa.and_(far.member_id == other, far.other_id == viewer, far.kind == DistanceKind.BLOCK)
    return (
        sa.select(sa.literal_column("1"))
        .where(sa.or_(mine, theirs))
        .correlate_except(far.kind.table)
        .exists()
    )


def keeps_apart(viewer: Who) -> sa.ColumnElement[bool]:
    """Whether anybody is hidden from this viewer, as a part of another statement."""
    far: Any = Distance.__table__.alias().c
    one: sa.Select[int] = sa.select(sa.literal_column("1"))
    parts = (
        one.where(far.member_id == viewer),
        one.where(far.other_id == viewer, far.kind == DistanceKind.BLOCK),
    )
    return sa.or_(*(part.correlate_except(far.kind.table).exists() for part in parts))


def hidden_from(viewer: Viewer | None, column: Any) -> sa.ColumnElement[bool] | None:
    """Whether the member in ``column`` is hidden from this viewer; None while nobody is, so that nothing is asked."""
    if viewer is None or not viewer.keeps_apart:
        return None
    hidden: sa.ColumnElement[bool] = column.in_(kept_apart(viewer.id))
    return hidden


def leave_out(statement: Statement, viewer: Viewer | None, column: Any, *, as_brand: Any = None) -> Statement:
    """The statement without rows of members who are hidden from this viewer.

    Where ``as_brand`` holds, the house speaks: nobody keeps away from that.
    """
    hidden = hidden_from(viewer, column)
    if hidden is None:
        return statement
    return statement.where(sa.not_(hidden) if as_brand is None else sa.or_(as_brand, sa.not_(hidden)))


# ------------------------------------------------------------------ answers


def has_distance(viewer_id: str) -> bool:
    """Whether anybody is hidden from this member."""
    return bool(db.session.scalar(sa.select(keeps_apart(viewer_id))))


def is_apart(viewer_id: str, other_id: str) -> bool:
    """Whether ``other_id`` is hidden from ``viewer_id``. After a block that is so both ways. One light statement."""
    [answer] = _pair.one(viewer=viewer_id, other=other_id) or (False,)
    return bool(answer)


_pair = Plain(
    lambda: sa.select(apart(sa.bindparam("viewer", type_=sa.String), sa.bindparam("other", type_=sa.String)))
)


def hidden_among(viewer: Viewer | None, member_ids: Iterable[str]) -> set[str]:
    """Which of these members are hidden from this viewer. One query, none while nobody can be."""
    hidden = hidden_from(viewer, Member.id)
    wanted = set(member_ids)
    if hidden is None or not wanted:
        return set()
    return set(db.session.scalars(sa.select(Member.id).where(Member.id.in_(wanted), hidden)))


def distance_between(viewer: Viewer | None, other_id: str) -> DistanceKind | None:
    """What hides ``other_id`` from this viewer: a block of either, their own mute, or nothing."""
    if viewer is None or not viewer.keeps_apart:
        return None
    kinds = set(
        db.session.scalars(
            sa.select(Distance.kind).where(
                sa.or_(
                    sa.and_(Distance.member_id == viewer.id, Distance.other_id == other_id),
                    sa.and_(
                        Distance.member_id == other_id,
                        Distance.other_id == viewer.id,
                        Distance.kind == DistanceKind.BLOCK,
                    ),
                )
            )
        )
    )
    return DistanceKind.BLOCK if DistanceKind.BLOCK in kinds else next(iter(kinds), None)


def sees_past(viewer: Viewer | None) -> bool:
    """Whether single pages open for them whatever the distance: the console leads those who decide there."""
    return viewer is not None and viewer.can(Permission.MODERATE)


# ------------------------------------------------------------------ the list


@dataclass(frozen=True, slots=True)
class KeptAway:
    """Somebody whom a member keeps away."""

    member: Member
    kind: DistanceKind


def people_kept_away(viewer: Viewer, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[KeptAway]:
    """Whom this member keeps away, the latest first. One query."""
    statement = (
        sa.select(Member, Distance.kind, Distance.since, Distance.other_id)
        .join(Member, Member.id == Distance.other_id)
        .where(Distance.member_id == viewer.id)
    )
    keys = (Distance.since, Distance.other_id)
    page = keyset_page(statement, keys, cursor=cursor, limit=limit, scalars=False)
    return Page([KeptAway(row[0], row.kind) for row in page.items], page.next_cursor)


def _blocks(viewer_id: Who) -> sa.ColumnElement[bool]:
    return sa.and_(_far.other_id == viewer_id, _far.kind == DistanceKind.BLOCK)
