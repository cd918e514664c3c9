"""What members decide: consents, whom they keep away, taking their data along."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, Str64, append_only, enum_type


@append_only
class Consent(Base):
    """One line of the ledger: this member gave, or took back, their consent to one thing.

    ``what`` is a text of the house (``terms``, ``privacy``, ``rules``, with its ``version``), ``age``, or something the
    brand may do (``news_mail``, ``news_sms``); ``how`` is where it was said. The newest line of a thing counts.
    """

    __tablename__ = "consent"
    __table_args__ = (sa.Index("ix_consent_member", "member_id", "what", "at", "id"),)

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    what: Mapped[Str64]
    version: Mapped[int] = mapped_column(sa.Integer, default=0)
    given: Mapped[bool] = mapped_column(sa.Boolean)
    how: Mapped[Str64]
    at: Mapped[Moment]


class DistanceKind(StrEnum):
    """``block``: neither sees the other anywhere. ``mute``: the one who muted hears and sees nothing of the other."""

    BLOCK = "block"
    MUTE = "mute"


class Distance(Base):
    """This member keeps another one away."""

    __tablename__ = "member_distance"
    __table_args__ = (
        sa.Index("ix_member_distance_other", "other_id", "kind"),
        sa.CheckConstraint("member_id <> other_id", name="not_oneself"),
    )

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[DistanceKind] = mapped_column(enum_type(DistanceKind))
    since: Mapped[Moment]


class PackageState(StrEnum):
    """asked → packing → ready → gone (deleted after a week), or failed after too many tries."""

    ASKED = "asked"
    PACKING = "packing"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


class DataPackage(Base):
    """Everything that is kept about a member, packed for them in the background as one zip file."""

    __tablename__ = "data_package"
    __table_args__ = (
        sa.Index("ix_data_package_member", "member_id", "asked_at", "id"),
        sa.Index("ix_data_package_due", "due_at"),
        sa.CheckConstraint("state <> 'ready' OR byte_size > 0", name="ready_has_size"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    state: Mapped[PackageState] = mapped_column(enum_type(PackageState), default=PackageState.ASKED)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    byte_size: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    asked_at: Mapped[Moment]
    ready_at: Mapped[OptionalMoment]
    due_at: Mapped[OptionalMoment]
