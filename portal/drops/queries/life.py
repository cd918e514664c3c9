"""A member's drops as staff read them in their life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.timeline import moments
from portal.core.words import spoken
from portal.drops.models import Drop, DropReminder


def _asked(member_id: str) -> sa.Select[Any]:
    told = moments(DropReminder.asked_at, slug=Drop.slug, zh=Drop.name_zh, en=Drop.name_en)
    joined = told.select_from(DropReminder).join(Drop, Drop.id == DropReminder.drop_id)
    return joined.where(DropReminder.member_id == member_id)


def _say(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    said = _("Wants to be reminded of the drop %(drop)s", drop=spoken(facts["zh"], facts["en"]))
    return TimelineEntry(at, "bell", said, path=f"/drops/{facts['slug']}")


LIFE = (Teller(_asked, _say),)
