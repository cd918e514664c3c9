"""What moderation tells of a member's life with the house, for staff."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.core.db import db
from portal.core.feature import TimelineEntry
from portal.core.i18n import _
from portal.moderation.models import Case, CaseOrigin, CaseState


def case_timeline(member_id: str, before: datetime | None, limit: int) -> list[TimelineEntry]:
    """What of theirs was held or reported, and what was decided, the newest first. One query."""
    parts = []
    for moment, decided in ((Case.opened_at, False), (Case.decided_at, True)):
        part = sa.select(
            sa.type_coerce(moment, Case.opened_at.type).label("at"),
            sa.literal(1 if decided else 0).label("decided"),
            Case.target_kind.label("kind"),
            Case.origin.label("origin"),
            Case.state.label("state"),
            Case.reason.label("reason"),
        ).where(Case.author_id == member_id, moment.is_not(None))
        if before is not None:
            part = part.where(moment < before)
        parts.append(sa.select(part.order_by(moment.desc()).limit(limit).subquery()))
    rows = db.session.execute(sa.union_all(*parts).order_by(sa.text("1 DESC")).limit(limit))
    return [
        TimelineEntry(at, "gavel" if decided else "shield-alert", _sentence(decided, *facts))
        for at, decided, *facts in rows
    ]


def _sentence(decided: int, kind: str, origin: CaseOrigin, state: CaseState, reason: str) -> str:
    from portal.moderation.words import kind_label

    what = kind_label(kind)
    if not decided:
        return (
            _("Waited to be looked at: %(what)s", what=what)
            if origin is CaseOrigin.HELD
            else _("Was reported: %(what)s", what=what)
        )
    if state is CaseState.APPROVED:
        return _("Looked at and left as it is: %(what)s", what=what)
    if state is CaseState.REJECTED:
        return _("Not shown: %(what)s. %(reason)s", what=what, reason=reason)
    return _("Taken back by themselves: %(what)s", what=what)
