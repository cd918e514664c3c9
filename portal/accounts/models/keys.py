"""How people come in: sessions, one-time codes, the waits of those who guess, text kept when a session was gone."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Facts, Id, Moment, OptionalMoment, Str64, Str120, Str255, enum_type


class CodePurpose(StrEnum):
    VERIFY = "verify"
    SIGN_IN = "sign_in"
    RESET = "reset"
    CONTACT = "contact"


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
    """A code (and, by mail, a link) sent to a contact: used once, by whoever holds it, before it expires.

    Only hashes are kept. ``contact`` is a mail address or a phone number in its normal form.

    ``facts`` of a VERIFY code hold the sign-up that waits for it: the account is made when the address is proven, so
    that nobody can prepare an account for somebody else's address. Those of a CONTACT code name the member who adds it.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        sa.UniqueConstraint("link_hash"),
        sa.Index("ix_one_time_code_contact", "contact", "purpose", "created_at"),
        sa.CheckConstraint("attempts >= 0 AND attempts <= 5", name="attempts_bounded"),
    )

    id: Mapped[Id]
    contact: Mapped[Str255]
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
