"""Drops in calendars: a feed of all as they open for everybody, and one drop as it opens for whoever asks."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core.access import public, viewer
from portal.core.calendar_answers import answer
from portal.core.i18n import _
from portal.drops.queries import calendars, listing
from portal.drops.views.blueprint import bp


@bp.get("/drops.ics")
@public
def drops_calendar() -> Response:
    """All published drops, for programs that follow it."""
    house = brand.current()
    name = _("Drops of %(brand)s", brand=house.name)
    return answer(calendars.coming_entries(), house=house, name=name)


@bp.get("/drops/<slug>.ics")
@public
def drop_calendar(slug: str) -> Response:
    """One drop, to put into a calendar: at the time it opens for them."""
    shown = listing.get_shown(slug, viewer())
    entry = calendars.entry_of(shown.drop, shown.opens_at)
    return answer([entry], house=brand.current(), file=f"{shown.drop.slug}.ics")
