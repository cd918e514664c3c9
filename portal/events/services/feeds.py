"""The secret address of a member's calendar: made, shown, revoked."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.crypto import signed
from portal.core.db import changed_rows, insert_missing, new_id
from portal.core.links import absolute
from portal.events.models import CalendarFeed
from portal.events.queries.calendars import FEED


def open_feed(*, by: Viewer) -> None:
    """There is an address from now on; who has one keeps it."""
    row = {"id": new_id(), "member_id": by.id, "made_at": clock.now(), "revoked_at": None}
    insert_missing(CalendarFeed, [row])


def revoke(*, by: Viewer) -> bool:
    """The address leads nowhere any more. False when there was none."""
    mine = sa.update(CalendarFeed).where(CalendarFeed.member_id == by.id, CalendarFeed.revoked_at.is_(None))
    return bool(changed_rows(mine.values(revoked_at=clock.now())))


def address_of(feed: CalendarFeed) -> str:
    """The whole address, which alone opens the calendar."""
    return absolute(f"/calendar/{signed(FEED, feed.id)}.ics")
