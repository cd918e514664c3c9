"""A member's contests as staff read them in their life: that they gave names, never how they voted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.contests.models import Contest, Entry
from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.timeline import moments
from portal.core.words import spoken


def _gave(member_id: str) -> sa.Select[Any]:
    told = moments(Entry.submitted_at, slug=Contest.slug, zh=Contest.name_zh, en=Contest.name_en)
    told = told.select_from(Entry).join(Contest, Contest.id == Entry.contest_id)
    return told.where(Entry.member_id == member_id)


def _say(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    said = _("Gave a name in %(contest)s", contest=spoken(facts["zh"], facts["en"]))
    return TimelineEntry(at, "tag", said, path=f"/contests/{facts['slug']}")


LIFE = (Teller(_gave, _say),)
