"""What is left of an event once it is over, for everybody and for each who was there."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import public, viewer
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.web import page
from portal.events.queries import listing, pledges
from portal.events.queries import recap as queries
from portal.events.queries.programme import get_public_event
from portal.events.views.blueprint import bp


@bp.get("/events/<slug>/recap")
@public
def recap(slug: str) -> Response:
    """There once the event is over."""
    me = viewer()
    event = get_public_event(slug, me)
    if event.cancelled_at or not event.is_over(clock.now()):
        raise NotFound(_("This page is made when the event is over."))
    numbers, hashtag = queries.numbers_of(event)
    return page(
        "events/recap.html",
        event=event,
        numbers=numbers,
        own=queries.own_part(event, me),
        hashtag=hashtag,
        photos=queries.photos_of(event, me),
        stories=queries.stories_of(event, me),
        wall=pledges.wall_of(event, me, limit=queries.PLEDGES),
        next=listing.next_event(after=event.id),
    )
