"""Photos: one row each, whoever they belong to, and what their owner allowed the brand to do with them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, Ref, Str64, enum_type
from portal.core.media.reasons import Reason

LONGEST_ALT = 500


class PhotoState(StrEnum):
    RECEIVED = "received"
    PROCESSING = "processing"
    READY = "ready"
    REFUSED = "refused"


class Photo(Base):
    """A photo of an owner (kind and id; this room knows nothing above it).

    While ``received`` or ``processing`` the original lies in quarantine and ``due_at`` says when the sweep takes the
    work up (again). ``attempts`` also numbers the claim: a worker whose lease ran out cannot settle the row.
    ``width``, ``height`` (pixels of the largest picture), ``color`` and ``digest`` are known once ``ready``. The same picture
    has the same digest, whatever stood beside it in the file.
    """

    __tablename__ = "photo"
    __table_args__ = (
        sa.Index("ix_photo_owner", "owner_kind", "owner_id", "position"),
        sa.Index("ix_photo_due_at", "due_at"),
        sa.CheckConstraint("length(alt) <= 500", name="alt_length"),
        sa.CheckConstraint("position >= 0", name="position_from_zero"),
        sa.CheckConstraint("state <> 'ready' OR (width > 0 AND height > 0)", name="ready_has_size"),
        sa.CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_has_reason"),
        sa.CheckConstraint(
            "(state IN ('received', 'processing')) = (due_at IS NOT NULL)", name="waiting_is_due"
        ),
    )

    id: Mapped[Id]
    owner_kind: Mapped[Str64]
    owner_id: Mapped[Ref]
    position: Mapped[int]
    uploaded_by: Mapped[Ref]
    state: Mapped[PhotoState] = mapped_column(enum_type(PhotoState), default=PhotoState.RECEIVED)
    published: Mapped[bool] = mapped_column(default=False)
    alt: Mapped[str] = mapped_column(sa.String(LONGEST_ALT), default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    color: Mapped[str | None] = mapped_column(sa.String(7))
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    byte_size: Mapped[int]
    reason: Mapped[Reason | None] = mapped_column(enum_type(Reason))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[OptionalMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    @property
    def is_ready(self) -> bool:
        return self.state is PhotoState.READY

    @property
    def is_waiting(self) -> bool:
        return self.state in (PhotoState.RECEIVED, PhotoState.PROCESSING)

    @property
    def can_retry(self) -> bool:
        """The house failed, not the file: the same bytes may be tried again."""
        return self.reason is not None and self.reason.worth_a_retry

    @property
    def problem(self) -> str | None:
        """The sentence for the member when the photo was refused."""
        return self.reason.sentence if self.reason else None

    @property
    def ratio(self) -> float:
        """Width by height; 1 while unknown."""
        return self.width / self.height if self.width and self.height else 1.0


class PhotoUse(StrEnum):
    """What the brand may do with a member's photo, if they said so."""

    REPOST = "repost"
    SHOP = "shop"
    PRINT = "print"
    ADS = "ads"


class PhotoRight(Base):
    """A member allowed one use of one photo, until ``ends_on`` (that day included) or until they took it back.

    At most one of a use is open. Closed rows stay: they tell what was allowed when.
    """

    __tablename__ = "photo_right"
    __table_args__ = (
        sa.Index(
            "uq_photo_right_open",
            "photo_id",
            "use",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
        sa.Index("ix_photo_right_granted_by", "granted_by", "granted_at", "id"),
        sa.Index("ix_photo_right_newest", "granted_at", "id"),
    )

    id: Mapped[Id]
    photo_id: Mapped[str] = mapped_column(sa.ForeignKey("photo.id", ondelete="CASCADE"))
    use: Mapped[PhotoUse] = mapped_column(enum_type(PhotoUse))
    granted_by: Mapped[Ref]
    granted_at: Mapped[Moment]
    ends_on: Mapped[date | None] = mapped_column(sa.Date)
    revoked_at: Mapped[OptionalMoment]
