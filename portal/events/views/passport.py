"""The festival passport: stamps on drawn pages, of one event and of all of them."""

from __future__ import annotations

from datetime import datetime

from flask import request
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.brand.showing import clock_time
from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.web import page
from portal.events.queries import passport as queries
from portal.events.queries.plan import tickets_for
from portal.events.queries.programme import get_public_event
from portal.events.views.blueprint import bp


@bp.get("/events/<slug>/passport")
@members
def passport(slug: str) -> Response:
    """Frames to be filled, this year's and beside them the last edition's."""
    me = the_viewer()
    event = get_public_event(slug, me)
    before = queries.edition_before(event)
    mine, *last = queries.passports_of([event, before] if before else [event], me)
    return page(
        "events/passport.html",
        event=event,
        passport=mine,
        before=before,
        last=next(iter(last), None),
        badge=queries.badge_of(event, me.id),
        has_ticket=bool(tickets_for(event, me)),
        now=clock.now(),
        stamp_date=stamp_date,
    )


def stamp_date(at: datetime, *, year: bool = False) -> str:
    """What stands across a stamp: day, month and time (or the year)."""
    day = brand.shop_day(at)
    return f"{day.day:02} · {day.month:02} · {day.year if year else clock_time(at)}"


@bp.get("/me/passport")
@members
def passports() -> Response:
    """All festivals with a stamp, the newest first."""
    after = request.args.get("after")
    kept = queries.festivals_of(the_viewer().id, cursor=after)
    return page(
        "events/passports.html", block="festivals" if after else None, kept=kept, stamp_date=stamp_date
    )
