"""Members: who they are to the house, and what they tell about themselves."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models.names import Name
from portal.core.db import Base, Facts, Id, Moment, OptionalMoment, OptionalRef, Str64, enum_type


class MemberState(StrEnum):
    """``erased``: the row stays for what points at it, nothing in it tells who it was."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class Calendar(StrEnum):
    """In which calendar a birthday is kept. Lunar months may be leap months."""

    SOLAR = "solar"
    LUNAR = "lunar"


class Member(Base):
    """A person with an account. ``number`` is for ever; ``version`` grows whenever a shown field changes.

    At least one of ``email`` and ``phone`` (E.164) is there until the account is erased. ``visibility`` holds, field by
    field, who may see it (:mod:`portal.accounts.rules`); a field that is not named there has its usual audience.
    ``looked_after_by`` is the member of staff this person may turn to. ``mail_stopped_at``: their mail bounced.
    """

    __tablename__ = "member"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("phone"),
        sa.Index("ix_member_newest", "joined_at", "id"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("phone LIKE '+%'", name="phone_international"),
        sa.CheckConstraint(
            "state = 'erased' OR email IS NOT NULL OR phone IS NOT NULL", name="reachable_somehow"
        ),
        sa.CheckConstraint(
            "state <> 'erased' OR (email IS NULL AND phone IS NULL AND erased_at IS NOT NULL)",
            name="erased_wholly",
        ),
        sa.CheckConstraint("(birth_month IS NULL) = (birth_day IS NULL)", name="birthday_whole"),
        sa.CheckConstraint("birth_month BETWEEN 1 AND 12", name="birth_month_exists"),
        sa.CheckConstraint("birth_day BETWEEN 1 AND 31", name="birth_day_exists"),
        sa.Index(
            "ix_member_erase_after",
            "erase_after",
            sqlite_where=sa.text("erase_after IS NOT NULL"),
            postgresql_where=sa.text("erase_after IS NOT NULL"),
        ),
        # whose day it is, in either calendar
        sa.Index(
            "ix_member_birthday",
            "birth_month",
            "birth_day",
            sqlite_where=sa.text("birth_month IS NOT NULL"),
            postgresql_where=sa.text("birth_month IS NOT NULL"),
        ),
        sa.Index("ix_member_join_source", "join_source", "joined_at"),
        sa.Index("ix_member_state", "state", "joined_at", "id"),
        # what staff search in, newest first, without a look at the table itself
        sa.Index(
            "ix_member_desk",
            "joined_at",
            "id",
            "number",
            "display_name",
            "region",
            "state",
            "email",
            "phone",
        ),
        sa.Index(
            "ix_member_looked_after",
            "looked_after_by",
            "joined_at",
            "id",
            sqlite_where=sa.text("looked_after_by IS NOT NULL"),
            postgresql_where=sa.text("looked_after_by IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(sa.Integer)
    display_name: Mapped[str] = mapped_column(Name)
    email: Mapped[str | None] = mapped_column(sa.String(255))
    email_verified_at: Mapped[OptionalMoment]
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    phone_verified_at: Mapped[OptionalMoment]
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    avatar: Mapped[OptionalRef]
    bio: Mapped[str] = mapped_column(sa.String(300), default="")
    region: Mapped[Str64] = mapped_column(sa.String(64), default="")
    gender: Mapped[Gender | None] = mapped_column(enum_type(Gender))
    birth_year: Mapped[int | None] = mapped_column(sa.Integer)
    birth_month: Mapped[int | None] = mapped_column(sa.Integer)
    birth_day: Mapped[int | None] = mapped_column(sa.Integer)
    birth_leap: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    birth_calendar: Mapped[Calendar] = mapped_column(enum_type(Calendar), default=Calendar.SOLAR)
    interests: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    visibility: Mapped[Facts] = mapped_column(sa.JSON, default=dict)
    language: Mapped[str | None] = mapped_column(sa.String(8))
    greets_newcomers: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    state: Mapped[MemberState] = mapped_column(enum_type(MemberState), default=MemberState.ACTIVE)
    profile_hidden: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    join_source: Mapped[Str64] = mapped_column(sa.String(64), default="")
    joined_at: Mapped[Moment]
    looked_after_by: Mapped[OptionalRef]
    mail_stopped_at: Mapped[OptionalMoment]
    mail_trouble: Mapped[int] = mapped_column(sa.Integer, default=0)
    erase_after: Mapped[OptionalMoment]
    erased_at: Mapped[OptionalMoment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class MemberNumbers(Base):
    """The last member number given out: one row, moved by a conditional UPDATE, so that no number comes twice."""

    __tablename__ = "member_numbers"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False, default=1)
    last: Mapped[int] = mapped_column(sa.Integer, default=0)
