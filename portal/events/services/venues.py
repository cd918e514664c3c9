"""Places where sessions happen, and how many minutes lie between them."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.events.models import Event, EventSession, Venue, Walk
from portal.events.queries.programme import venues_of
from portal.events.rules.words import VenueWords
from portal.events.services import changes, studio

MOST_VENUES = 40


def add_venue(event: Event, words: VenueWords, *, by: Viewer) -> Venue:
    """One more place, last. Audited. Raises Invalid without a name."""
    studio.hold(event, by)
    studio.needs_name(words)
    others = venues_of(event.id)
    if len(others) >= MOST_VENUES:
        raise Conflict(_("An event has at most %(most)s places.", most=MOST_VENUES))
    venue = Venue(event_id=event.id, position=studio.next_position(others), **words.columns())
    db.session.add(venue)
    db.session.flush()
    studio.note("venue_added", event, by, venue=venue.id)
    return venue


def change_venue(
    venue: Venue, words: VenueWords, walks: Mapping[str, int | None], *, event: Event, seen: str, by: Viewer
) -> None:
    """Its words, and the minutes to the other places by their id (None: as usual at this event). With other words calendars and
    who takes part in its sessions learn of it. Audited."""
    studio.hold(event, by)
    venue = studio.find_part(Venue, venue.id, event)
    studio.needs_name(words)
    changed = studio.change(venue, VenueWords.of(venue), words, seen)
    if changed:
        for session in _sessions_to_come(venue):
            changes.session_moved(event, session)
    if _set_walks(venue, walks, {one.id for one in venues_of(event.id)} - {venue.id}):
        changed.add("walks")
    if changed:
        studio.note("venue_changed", event, by, venue=venue.id, fields=sorted(changed))


def remove_venue(venue: Venue, *, event: Event, by: Viewer) -> None:
    """Take away a place where nothing happens. Raises Conflict. Audited."""
    studio.hold(event, by)
    venue = studio.find_part(Venue, venue.id, event)
    if db.session.scalar(sa.select(EventSession.id).where(EventSession.venue_id == venue.id).limit(1)):
        raise Conflict(_("Sessions are at this place. Move them first."))
    venue_id = venue.id
    db.session.delete(venue)
    db.session.flush()
    studio.note("venue_removed", event, by, venue=venue_id)


def walks_from(venue_id: str) -> dict[str, int]:
    """Minutes to other places, where they are not the event's usual."""
    mine = sa.select(Walk).where(sa.or_(Walk.one_id == venue_id, Walk.other_id == venue_id))
    return {
        walk.other_id if walk.one_id == venue_id else walk.one_id: walk.minutes
        for walk in db.session.scalars(mine)
    }


def _sessions_to_come(venue: Venue) -> list[EventSession]:
    here = sa.select(EventSession).where(
        EventSession.venue_id == venue.id,
        EventSession.cancelled_at.is_(None),
        EventSession.ends_at > clock.now(),
    )
    return list(db.session.scalars(here.order_by(EventSession.id)))


def _set_walks(venue: Venue, walks: Mapping[str, int | None], others: set[str]) -> bool:
    before = walks_from(venue.id)
    wanted = {other: minutes for other, minutes in walks.items() if other in others and minutes is not None}
    if before == wanted:
        return False
    mine = sa.or_(Walk.one_id == venue.id, Walk.other_id == venue.id)
    changed_rows(sa.delete(Walk).where(mine))
    db.session.expire_all()
    for other, minutes in wanted.items():
        one, two = sorted((venue.id, other))
        db.session.add(Walk(one_id=one, other_id=two, minutes=minutes))
    db.session.flush()
    return True
