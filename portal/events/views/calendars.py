"""Calendars: of all events, of one, of a ticket, and a member's own under a secret address."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core.access import members, public, the_viewer, viewer
from portal.core.calendar import Entry
from portal.core.calendar_answers import answer
from portal.core.db import transaction
from portal.core.i18n import _, in_language
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.events.queries import calendars
from portal.events.queries.programme import get_public_event
from portal.events.services import feeds
from portal.events.views.blueprint import bp

TEMPLATE = "events/calendar.html"


@bp.get("/events.ics")
@public
def events_calendar() -> Response:
    """All published events, for programs that follow it."""
    name = _("Events of %(brand)s", brand=brand.current().name)
    return _answer(calendars.coming_entries(), name=name)


@bp.get("/events/<slug>.ics")
@public
def event_calendar(slug: str) -> Response:
    """One event with its sessions, to put into a calendar."""
    event = get_public_event(slug, viewer())
    return _answer(calendars.event_entries(event), file=f"{event.slug}.ics")


@bp.get("/me/tickets/<registration_id>.ics")
@members
def ticket_calendar(registration_id: str) -> Response:
    """What a ticket is good for. Without its code: calendars are read by others."""
    ticket = calendars.get_ticket(registration_id, the_viewer().id)
    return _answer(calendars.ticket_entries(ticket), file=f"ticket-{ticket.id[-6:].lower()}.ics")


@bp.get("/calendar/<token>.ics")
@public
def member_calendar(token: str) -> Response:
    """All tickets and sessions of whoever made this address, in their language."""
    reader = calendars.reader_of(token)
    with in_language(reader.language):
        return _answer(
            calendars.feed_entries(reader.id), name=_("My days with %(brand)s", brand=brand.current().name)
        )


@bp.get("/me/calendar")
@members
def my_calendar() -> Response:
    """What the address is for, and the address itself."""
    return _page()


@bp.post("/me/calendar")
@members
@WRITING
def make_calendar() -> Response:
    with transaction():
        feeds.open_feed(by=the_viewer())
    return done(url_for(".my_calendar"), _("Here is your address. Keep it to yourself."), fragment=_page)


@bp.post("/me/calendar/revoke")
@members
@WRITING
def revoke_calendar() -> Response:
    with transaction():
        revoked = feeds.revoke(by=the_viewer())
    said = _("The address leads nowhere any more.") if revoked else _("There was no address.")
    return done(url_for(".my_calendar"), said, fragment=_page)


def _page() -> Response:
    feed = calendars.open_feed_of(the_viewer().id)
    return page(
        TEMPLATE, block="own_calendar", feed=feed, address=feeds.address_of(feed) if feed is not None else ""
    )


def _answer(entries: Sequence[Entry], *, name: str = "", file: str = "") -> Response:
    return answer(entries, house=brand.current(), name=name, file=file)
