"""Days of an event, and the places where things happen on them."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.brand.showing import day as shown_day
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _, ngettext
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.console.parts import Deed, made_by_us, part_page, refused
from portal.events.forms.programme import DayForm, VenueForm, venue_form
from portal.events.models import Event, EventDay, Venue
from portal.events.queries.programme import days_of, venues_of
from portal.events.rules.words import DayWords, VenueWords
from portal.events.services import days as day_services
from portal.events.services import studio
from portal.events.services import venues as venue_services

DAYS, VENUES = "events/console/days.html", "events/console/venues.html"


@bp.get("/<slug>/days")
@staff(Permission.MANAGE_EVENTS)
def days(slug: str) -> Response:
    return _days(made_by_us(slug), DayForm(formdata=None))


@bp.post("/<slug>/days")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def add_day(slug: str) -> Response:
    event, form = made_by_us(slug), DayForm()
    hours = event.refund_hours
    if status := refused(form, lambda: day_services.add_day(event, form.words(), by=the_viewer())):
        return _days(event, form, status)
    return done(url_for(".days", slug=slug), _saved(event, hours))


@bp.get("/<slug>/days/<day_id>")
@staff(Permission.MANAGE_EVENTS)
def day(slug: str, day_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(EventDay, day_id, event)
    return _day(event, found, DayForm.of(DayWords.of(found)))


@bp.post("/<slug>/days/<day_id>")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def change_day(slug: str, day_id: str) -> Response:
    event, form = made_by_us(slug), DayForm()
    found, hours = studio.find_part(EventDay, day_id, event), event.refund_hours
    if status := refused(
        form,
        lambda: day_services.change_day(
            found, form.words(), event=event, seen=form.seen.data or "", by=the_viewer()
        ),
        lambda: DayWords.of(found),
    ):
        return _day(event, found, form, status)
    return done(url_for(".days", slug=slug), _saved(event, hours))


@bp.post("/<slug>/days/<day_id>/remove")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def remove_day(slug: str, day_id: str) -> Response:
    event = made_by_us(slug)
    with transaction():
        day_services.remove_day(studio.find_part(EventDay, day_id, event), event=event, by=the_viewer())
    return done(url_for(".days", slug=slug), _("Removed."))


def _saved(event: Event, before: int) -> str:
    """With what became of the time in which all money comes back, where it was so many hours before until now."""
    if event.refund_hours == before:
        return _("Saved.")
    return ngettext(
        "Saved. Nobody has less time to give their ticket back: from now on all money comes back until %(num)s hour before it begins.",
        "Saved. Nobody has less time to give their ticket back: from now on all money comes back until %(num)s hours before it begins.",
        event.refund_hours,
    )


def _days(event: Event, form: DayForm, status: int = 200) -> Response:
    context = {"event": event, "here": "days", "form": form, "days": days_of(event.id)}
    return page(DAYS, block="day_form", status=status, **context)


def _day(event: Event, found: EventDay, form: DayForm, status: int = 200) -> Response:
    remove = Deed(
        _("Remove this day"),
        url_for(".remove_day", slug=event.slug, day_id=found.id),
        "trash-2",
        _("Only a day without sessions and tickets can go."),
    )
    title = found.name or shown_day(found.starts_at)
    return part_page(event, form, here="days", kind="day", title=title, status=status, deeds=[remove])


# ------------------------------------------------------------------ places


@bp.get("/<slug>/venues")
@staff(Permission.MANAGE_EVENTS)
def venues(slug: str) -> Response:
    return _venues(made_by_us(slug), VenueForm(formdata=None))


@bp.post("/<slug>/venues")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def add_venue(slug: str) -> Response:
    event, form = made_by_us(slug), VenueForm()
    if status := refused(form, lambda: venue_services.add_venue(event, form.words(), by=the_viewer())):
        return _venues(event, form, status)
    return done(url_for(".venues", slug=slug), _("Saved."))


@bp.get("/<slug>/venues/<venue_id>")
@staff(Permission.MANAGE_EVENTS)
def venue(slug: str, venue_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(Venue, venue_id, event)
    form = _venue_form(event, found)(formdata=None, obj=found)
    for other, minutes in venue_services.walks_from(found.id).items():
        form[form.ways[other]].data = minutes
    form.remember(VenueWords.of(found))
    return _venue(event, found, form)


@bp.post("/<slug>/venues/<venue_id>")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def change_venue(slug: str, venue_id: str) -> Response:
    event = made_by_us(slug)
    found = studio.find_part(Venue, venue_id, event)
    form = _venue_form(event, found)()
    if status := refused(
        form,
        lambda: venue_services.change_venue(
            found,
            form.words(),
            form.walks(),
            event=event,
            seen=form.seen.data or "",
            by=the_viewer(),
        ),
        lambda: VenueWords.of(found),
    ):
        return _venue(event, found, form, status)
    return done(url_for(".venues", slug=slug), _("Saved."))


@bp.post("/<slug>/venues/<venue_id>/remove")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def remove_venue(slug: str, venue_id: str) -> Response:
    event = made_by_us(slug)
    with transaction():
        venue_services.remove_venue(studio.find_part(Venue, venue_id, event), event=event, by=the_viewer())
    return done(url_for(".venues", slug=slug), _("Removed."))


def _venues(event: Event, form: VenueForm, status: int = 200) -> Response:
    context = {"event": event, "here": "venues", "form": form, "venues": venues_of(event.id)}
    return page(VENUES, block="venue_form", status=status, **context)


def _venue_form(event: Event, found: Venue) -> type[VenueForm]:
    return venue_form([one for one in venues_of(event.id) if one.id != found.id])


def _venue(event: Event, found: Venue, form: VenueForm, status: int = 200) -> Response:
    remove = Deed(
        _("Remove this place"),
        url_for(".remove_venue", slug=event.slug, venue_id=found.id),
        "trash-2",
        _("Only a place without sessions can go."),
    )
    return part_page(
        event, form, here="venues", kind="venue", title=found.name, status=status, deeds=[remove]
    )
