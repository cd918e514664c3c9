"""People: members, their sessions, their roles, one-time codes and the waits of those who guess."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Facts,
    Id,
    Moment,
    OptionalMoment,
    OptionalRef,
    Str64,
    Str120,
    Str255,
    enum_type,
)


class MemberState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Role(StrEnum):
    """The roles of staff; what each may do stands in ``roles.py``."""

    MODERATOR = "moderator"
    HOST = "host"
    MANAGER = "manager"
    ANALYST = "analyst"
    OWNER = "owner"


class CodePurpose(StrEnum):
    VERIFY = "verify"
    SIGN_IN = "sign_in"
    RESET = "reset"


class Member(Base):
    """A person with an account. ``number`` is for ever; ``version`` grows whenever a shown field changes."""

    __tablename__ = "member"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("email"),
        sa.Index("ix_member_newest", "joined_at", "id"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(sa.Integer)
    display_name: Mapped[Str64]
    email: Mapped[Str255]
    email_verified_at: Mapped[OptionalMoment]
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    avatar: Mapped[OptionalRef]
    bio: Mapped[str] = mapped_column(sa.String(300), default="")
    region: Mapped[Str64] = mapped_column(sa.String(64), default="")
    language: Mapped[str | None] = mapped_column(sa.String(8))
    greets_newcomers: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    state: Mapped[MemberState] = mapped_column(enum_type(MemberState), default=MemberState.ACTIVE)
    profile_hidden: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    join_source: Mapped[Str64] = mapped_column(sa.String(64), default="")
    joined_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class MemberNumbers(Base):
    """The last member number given out: one row, moved by a conditional UPDATE, so that no number comes twice."""

    __tablename__ = "member_numbers"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False, default=1)
    last: Mapped[int] = mapped_column(sa.Integer, default=0)


class StaffRole(Base):
    """One role of one member."""

    __tablename__ = "staff_role"

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(enum_type(Role), primary_key=True)
    granted_by: Mapped[OptionalRef]
    granted_at: Mapped[Moment]


class AccountSession(Base):
    """A signed-in browser. The cookie carries a random token, the row only its hash."""

    __tablename__ = "account_session"
    __table_args__ = (sa.Index("ix_account_session_member", "member_id", "last_seen_at"),)

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    address: Mapped[Str64]
    device: Mapped[Str120]


class OneTimeCode(Base):
    """A mailed code and link: used once, by whoever holds it, before it expires. Only hashes are kept.

    ``facts`` of a VERIFY code hold the sign-up that waits for it: the account is made when the address is proven, so
    that nobody can prepare an account for somebody else's address.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        sa.UniqueConstraint("link_hash"),
        sa.Index("ix_one_time_code_email", "email", "purpose", "created_at"),
        sa.CheckConstraint("attempts >= 0 AND attempts <= 5", name="attempts_bounded"),
    )

    id: Mapped[Id]
    email: Mapped[Str255]
    purpose: Mapped[CodePurpose] = mapped_column(enum_type(CodePurpose))
    code_hash: Mapped[Str64]
    link_hash: Mapped[Str64]
    facts: Mapped[Facts] = mapped_column(sa.JSON, default=dict)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[OptionalMoment]


class Throttle(Base):
    """Failures of one account or address and when the next try is allowed: waits that grow and survive restarts."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(sa.Integer, default=0)
    last_at: Mapped[Moment]
    allowed_at: Mapped[Moment]


class KeptText(Base):
    """What somebody typed when the session was gone; offered again after sign-in, then deleted."""

    __tablename__ = "kept_text"
    __table_args__ = (sa.Index("ix_kept_text_created", "created_at"),)

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    path: Mapped[Str255]
    fields: Mapped[Facts]
    created_at: Mapped[Moment]
