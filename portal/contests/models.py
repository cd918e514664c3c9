"""The tables of naming contests."""

from __future__ import annotations

import secrets
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Facts,
    Id,
    LongText,
    Moment,
    OptionalMoment,
    OptionalRef,
    Str64,
    Str120,
    Str255,
    append_only,
    enum_type,
    frozen_once,
)
from portal.core.sealed import Sealed
from portal.core.words import spoken

#: what the rules are made of: once they are frozen, the database refuses any change of these columns
RULES = (
    "slug",
    "product_id",
    "color_id",
    "name_zh",
    "name_en",
    "brief_zh",
    "brief_en",
    "rules_zh",
    "rules_en",
    "prize_zh",
    "prize_en",
    "votes",
    "most_entries",
    "shortest",
    "longest",
    "jury",
    "badge_id",
    "opens_at",
    "submit_until",
    "vote_from",
    "vote_until",
)


@frozen_once("EXISTS (SELECT 1 FROM contest_rules WHERE contest_id = OLD.id)", RULES)
class Contest(Base):
    """A product (or one of its colours) looks for a name: members submit, staff screen, members vote, the result is told.

    Phases follow from the times: submitting from ``opens_at`` to ``submit_until``, voting from ``vote_from`` to ``vote_until``.
    A draft until ``published_at``; at ``opens_at`` its rules freeze (:class:`ContestRules`). Ballots carry
    HMAC(``secret``, member): the secret is sealed, its hash stands in the rules, and with the counting it is gone, so that nobody
    ever learns who chose what. ``jury``: votes rank, staff decide among the first ``SHORTLIST``.
    """

    __tablename__ = "contest"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint("votes BETWEEN 1 AND 9", name="votes"),
        sa.CheckConstraint("most_entries BETWEEN 1 AND 9", name="most_entries"),
        sa.CheckConstraint("shortest BETWEEN 1 AND longest AND longest <= 40", name="length"),
        sa.CheckConstraint("opens_at < submit_until", name="submit_in_order"),
        sa.CheckConstraint("submit_until <= vote_from AND vote_from < vote_until", name="vote_in_order"),
        sa.CheckConstraint("(counted_at IS NULL) = (tally_hash = '')", name="counted_has_hash"),
        sa.CheckConstraint("counted_at IS NULL OR secret = ''", name="counted_has_no_secret"),
        sa.CheckConstraint("(winner_id IS NULL) = (decided_at IS NULL)", name="decided_has_winner"),
        sa.CheckConstraint("decided_at IS NULL OR counted_at IS NOT NULL", name="counted_first"),
        sa.Index("ix_contest_newest", "opens_at", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[Str64]
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("product.id"))
    color_id: Mapped[str | None] = mapped_column(sa.ForeignKey("product_color.id"))
    name_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    name_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    brief_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    brief_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    rules_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    rules_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    prize_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    prize_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    votes: Mapped[int] = mapped_column(sa.Integer, default=3)
    most_entries: Mapped[int] = mapped_column(sa.Integer, default=3)
    shortest: Mapped[int] = mapped_column(sa.Integer, default=2)
    longest: Mapped[int] = mapped_column(sa.Integer, default=12)
    jury: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    badge_id: Mapped[OptionalRef]
    opens_at: Mapped[Moment]
    submit_until: Mapped[Moment]
    vote_from: Mapped[Moment]
    vote_until: Mapped[Moment]
    secret: Mapped[str] = mapped_column(Sealed, default="")
    published_at: Mapped[OptionalMoment]
    cancelled_at: Mapped[OptionalMoment]
    counted_at: Mapped[OptionalMoment]
    tally_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    winner_id: Mapped[OptionalRef]
    jury_words: Mapped[LongText] = mapped_column(sa.Text, default="")
    decided_by: Mapped[OptionalRef]
    decided_at: Mapped[OptionalMoment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    created_at: Mapped[Moment]

    @property
    def name(self) -> str:
        """In the visitor's language."""
        return spoken(self.name_zh, self.name_en)


@append_only
class ContestRules(Base):
    """The rules as they stood at the opening, and their hash. The database refuses any change."""

    __tablename__ = "contest_rules"

    contest_id: Mapped[str] = mapped_column(sa.ForeignKey("contest.id"), primary_key=True)
    rules: Mapped[Facts]
    hash: Mapped[Str64]
    frozen_at: Mapped[Moment]


class EntryState(StrEnum):
    """``waiting``: staff look at it first. ``refused``: with a reason. ``withdrawn`` by who submitted it. ``unread``: nobody had
    looked at it when the vote began."""

    WAITING = "waiting"
    STANDING = "standing"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNREAD = "unread"


class Entry(Base):
    """A name that a member submitted. ``key`` is what makes two names the same; of the same key the earliest that stands is voted
    on, and all share the credit. ``sound`` is its pinyin without tones. ``note``: what staff found about trademarks.
    ``taken_with``: moderators took the name down with this entry of it, and put it back with it."""

    __tablename__ = "contest_entry"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "member_id", "key"),
        sa.CheckConstraint("(state = 'refused') = (reason <> '')", name="refused_has_reason"),
        sa.CheckConstraint("taken_with IS NULL OR state = 'refused'", name="taken_is_refused"),
        sa.Index("ix_contest_entry_key", "contest_id", "key", "submitted_at", "id"),
        sa.Index("ix_contest_entry_sound", "contest_id", "sound"),
        sa.Index("ix_contest_entry_newest", "contest_id", "submitted_at", "id"),
        sa.Index("ix_contest_entry_member", "member_id", "submitted_at", "id"),
    )

    id: Mapped[Id]
    contest_id: Mapped[str] = mapped_column(sa.ForeignKey("contest.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    words: Mapped[Str64]
    key: Mapped[Str64]
    sound: Mapped[Str255]
    why: Mapped[LongText] = mapped_column(sa.Text, default="")
    state: Mapped[EntryState] = mapped_column(enum_type(EntryState), default=EntryState.WAITING)
    reason: Mapped[Str255] = mapped_column(sa.String(255), default="")
    note: Mapped[LongText] = mapped_column(sa.Text, default="")
    taken_with: Mapped[OptionalRef]
    screened_by: Mapped[OptionalRef]
    screened_at: Mapped[OptionalMoment]
    submitted_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


def new_ballot_id() -> str:
    """As long as other ids, and without the time that they tell."""
    return secrets.token_hex(13)


class Ballot(Base):
    """One voter's ballot. ``voter`` is HMAC-SHA256(contest secret, member id); no member id, no time closer than a day (nor an id
    that tells one).

    ``receipt`` is told to the voter alone and finds the ballot in the published tally. On SQLite the rows have no hidden
    numbers that would tell who came before whom.
    """

    __tablename__ = "contest_ballot"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "voter"),
        sa.UniqueConstraint("receipt"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(sa.String(26), primary_key=True, default=new_ballot_id)
    contest_id: Mapped[str] = mapped_column(sa.ForeignKey("contest.id"))
    voter: Mapped[Str64]
    receipt: Mapped[str] = mapped_column(sa.String(16))
    cast_on: Mapped[date] = mapped_column(sa.Date)


class Vote(Base):
    """A ballot chose an entry; ``slot`` counts its choices from 1."""

    __tablename__ = "contest_vote"
    __table_args__ = (
        sa.UniqueConstraint("ballot_id", "entry_id"),
        sa.CheckConstraint("slot BETWEEN 1 AND 9", name="slot"),
        sa.Index("ix_contest_vote_entry", "entry_id"),
        {"sqlite_with_rowid": False},
    )

    ballot_id: Mapped[str] = mapped_column(
        sa.ForeignKey("contest_ballot.id", ondelete="CASCADE"), primary_key=True
    )
    slot: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    entry_id: Mapped[str] = mapped_column(sa.ForeignKey("contest_entry.id"))


class Tally(Base):
    """How many votes an entry had when the contest closed, and its place; ties share a place by votes, the earlier comes first."""

    __tablename__ = "contest_tally"
    __table_args__ = (
        sa.CheckConstraint("votes >= 0", name="votes"),
        sa.UniqueConstraint("contest_id", "place"),
    )

    entry_id: Mapped[str] = mapped_column(sa.ForeignKey("contest_entry.id"), primary_key=True)
    contest_id: Mapped[str] = mapped_column(sa.ForeignKey("contest.id"))
    votes: Mapped[int] = mapped_column(sa.Integer)
    place: Mapped[int] = mapped_column(sa.Integer)
