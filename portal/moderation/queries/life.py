"""What moderation tells of a member's life with the house, for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.timeline import moments
from portal.moderation.models import Case, CaseOrigin, CaseState


def _opened(member_id: str) -> sa.Select[Any]:
    told = moments(Case.opened_at, kind=Case.target_kind, origin=Case.origin)
    return told.where(Case.author_id == member_id)


def _opening(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    from portal.moderation.words import kind_label

    what = kind_label(facts["kind"])
    held = facts["origin"] == CaseOrigin.HELD
    said = (
        _("Waited to be looked at: %(what)s", what=what) if held else _("Was reported: %(what)s", what=what)
    )
    return TimelineEntry(at, "shield-alert", said)


def _decided(member_id: str) -> sa.Select[Any]:
    told = moments(Case.decided_at, kind=Case.target_kind, state=Case.state, reason=Case.reason)
    return told.where(Case.author_id == member_id)


def _decision(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    from portal.moderation.words import kind_label

    what = kind_label(facts["kind"])
    if facts["state"] == CaseState.APPROVED:
        said = _("Looked at and left as it is: %(what)s", what=what)
    elif facts["state"] == CaseState.REJECTED:
        said = _("Not shown: %(what)s. %(reason)s", what=what, reason=facts["reason"])
    else:
        said = _("Taken back by themselves: %(what)s", what=what)
    return TimelineEntry(at, "gavel", said)


#: what of theirs was held or reported, and what was decided
LIFE = (Teller(_opened, _opening), Teller(_decided, _decision))
