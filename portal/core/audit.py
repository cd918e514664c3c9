"""The audit trail: every act of staff, kept for ever in the order it happened."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import Base, Facts, Id, Moment, OptionalRef, Ref, Str64, append_only, db


@append_only
class AuditEntry(Base):
    """Who did what to which thing. No names or texts of members: ids and plain facts only."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_target", "target_kind", "target_id", "at"),)

    id: Mapped[Id]
    at: Mapped[Moment]
    action: Mapped[Str64]
    by_id: Mapped[OptionalRef]
    target_kind: Mapped[Str64]
    target_id: Mapped[Ref]
    facts: Mapped[Facts]


def record(action: str, *, by: Viewer | None, target_kind: str, target_id: str, **facts: Any) -> None:
    """Add one line to the trail, in the open transaction. ``by=None`` is the command line or the system."""
    db.session.add(
        AuditEntry(
            at=clock.now(),
            action=action,
            by_id=by.id if by else None,
            target_kind=target_kind,
            target_id=target_id,
            facts=facts,
        )
    )
    db.session.flush()


def entries_of(target_kind: str, target_id: str, *, limit: int = 50) -> list[AuditEntry]:
    """The newest acts on one thing, newest first."""
    statement = (
        sa.select(AuditEntry)
        .where(AuditEntry.target_kind == target_kind, AuditEntry.target_id == target_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))
