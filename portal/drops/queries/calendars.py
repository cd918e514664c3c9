"""What stands in calendars: when drops open. Never where the shop is."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.calendar import Entry
from portal.core.db import db
from portal.core.i18n import _
from portal.core.links import absolute
from portal.drops.models import IN_CALENDARS, Drop

#: what is over stays in calendars for so long
LOOK_BACK = timedelta(days=90)
#: more than there ever are
AT_MOST = 200


def coming_entries() -> list[Entry]:
    """All published drops that come, and those of the last 90 days, as they open for everybody. One query."""
    shown = Drop.published_at.is_not(None) & (Drop.starts_at > clock.now() - LOOK_BACK)
    drops = db.session.scalars(sa.select(Drop).where(shown).order_by(Drop.starts_at, Drop.id).limit(AT_MOST))
    return [entry_of(drop, drop.starts_at) for drop in drops]


def entry_of(drop: Drop, opens_at: datetime) -> Entry:
    """A drop for somebody for whom it opens then."""
    path = f"/drops/{drop.slug}"
    return Entry(
        uid=f"drop-{drop.id}",
        name=_("Drop: %(name)s", name=drop.name),
        starts_at=opens_at,
        ends_at=opens_at + IN_CALENDARS,
        sequence=drop.sequence,
        text="\n".join(part for part in (drop.lead.text, absolute(path)) if part),
        path=path,
        cancelled=drop.cancelled_at is not None,
    )
