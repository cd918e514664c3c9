"""What staff keep: roles, invitations, notes, and the codes that tell where members came from."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Id,
    LongText,
    Moment,
    OptionalMoment,
    OptionalRef,
    Str64,
    Str120,
    Str255,
    enum_type,
)


class Role(StrEnum):
    """The roles of staff; what each may do stands in ``roles.py``."""

    MODERATOR = "moderator"
    HOST = "host"
    MANAGER = "manager"
    ANALYST = "analyst"
    OWNER = "owner"


class StaffRole(Base):
    """One role of one member."""

    __tablename__ = "staff_role"

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(enum_type(Role), primary_key=True)
    granted_by: Mapped[OptionalRef]
    granted_at: Mapped[Moment]


class StaffInvitation(Base):
    """Somebody is asked to work here: a mailed link, once, for seven days. Only the link's hash is kept."""

    __tablename__ = "staff_invitation"
    __table_args__ = (
        sa.UniqueConstraint("link_hash"),
        sa.Index("ix_staff_invitation_newest", "invited_at", "id"),
    )

    id: Mapped[Id]
    email: Mapped[Str255]
    role: Mapped[Role] = mapped_column(enum_type(Role))
    link_hash: Mapped[Str64]
    invited_by: Mapped[OptionalRef]
    invited_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    accepted_at: Mapped[OptionalMoment]
    accepted_by: Mapped[OptionalRef]
    withdrawn_at: Mapped[OptionalMoment]


class StaffNote(Base):
    """What staff should know about a member. Only staff read it; the member finds it in their own data."""

    __tablename__ = "staff_note"
    __table_args__ = (
        sa.Index("ix_staff_note_member", "member_id", "at", "id"),
        sa.CheckConstraint("length(body) <= 2000", name="body_bounded"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    by_id: Mapped[OptionalRef]
    body: Mapped[LongText]
    at: Mapped[Moment]


class SourceKind(StrEnum):
    """Where somebody heard of the house."""

    SHOP = "shop"
    PACK = "pack"
    EVENT = "event"
    AD = "ad"
    FRIEND = "friend"
    OTHER = "other"


class JoinSource(Base):
    """A code that is printed or linked somewhere, so that every join tells where it came from."""

    __tablename__ = "join_source"
    __table_args__ = (sa.CheckConstraint("code = lower(code)", name="code_lower"),)

    code: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    name: Mapped[Str120]
    kind: Mapped[SourceKind] = mapped_column(enum_type(SourceKind))
    created_at: Mapped[Moment]
    closed_at: Mapped[OptionalMoment]
