"""What members really did: one ledger for tiers, the card's thread and badges."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, Ref, Str64, append_only

#: all that can bring something: what was done, never what was said about it. The database refuses any other condition.
EARNING = ("order", "story_approved", "check_in", "report_on_time", "referral_settled")


def names_a_deed(column: str) -> str:
    """As a CHECK: the column names something that was done."""
    return f"{column} IN ({', '.join(repr(kind) for kind in EARNING)})"


@append_only
class Deed(Base):
    """A deed happened (even ``turn``), or was taken back (odd). Of one source the newest turn counts.

    ``stitches`` is what it adds to the card, negative when it is taken back. ``at`` is when it was done, also for the
    line that takes it back: so both fall into the same twelve months. ``noted_at`` is when the line was written.
    """

    __tablename__ = "deed"
    __table_args__ = (
        sa.UniqueConstraint("source_kind", "source_id", "kind", "turn"),
        sa.CheckConstraint("turn >= 0", name="turn_not_negative"),
        sa.CheckConstraint(
            "(turn % 2 = 0 AND stitches >= 0) OR (turn % 2 = 1 AND stitches <= 0)", name="sign"
        ),
        sa.Index("ix_deed_member", "member_id", "at", "id"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    kind: Mapped[Str64]
    stitches: Mapped[int] = mapped_column(sa.Integer)
    source_kind: Mapped[Str64]
    source_id: Mapped[Ref]
    turn: Mapped[int] = mapped_column(sa.Integer)
    at: Mapped[Moment]
    noted_at: Mapped[Moment]


class DeedWeek(Base):
    """Which deed counts in a week (its Monday, shop time), for kinds of which only one a week does."""

    __tablename__ = "deed_week"

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[Str64] = mapped_column(sa.String(64), primary_key=True)
    week: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    source_kind: Mapped[Str64]
    source_id: Mapped[Ref]


class DeedRule(Base):
    """What staff decided that a kind of deed is worth; kinds without a row are worth ``rules.WORTH``."""

    __tablename__ = "deed_rule"
    __table_args__ = (
        sa.CheckConstraint("stitches BETWEEN 0 AND 10", name="stitches_bounded"),
        sa.CheckConstraint("points BETWEEN 0 AND 1000", name="points_bounded"),
        sa.CheckConstraint(names_a_deed("kind"), name="never_for_praise"),
    )

    kind: Mapped[Str64] = mapped_column(sa.String(64), primary_key=True)
    stitches: Mapped[int] = mapped_column(sa.Integer)
    points: Mapped[int] = mapped_column(sa.Integer)
