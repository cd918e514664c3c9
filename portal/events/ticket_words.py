"""How a ticket reads: its day, its people, what became of it, and the QR that the door scans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import segno
from babel.dates import format_skeleton
from markupsafe import Markup

from portal.brand import showing
from portal.brand.showing import clock_time, day
from portal.core.i18n import _, locale, ngettext
from portal.core.money import Money
from portal.events.models import Ended, EventDay, PassOn, Registration
from portal.events.queries.tickets import Day, Ticket
from portal.events.rules.codes import ticket_address


def money(amount: int, currency: str) -> str:
    """As visitors write it."""
    return showing.money(Money(amount, currency))


def day_words(of: EventDay) -> str:
    """Sunday, June 14."""
    return str(format_skeleton("MMMMEEEEd", of.day, locale=locale()))


def when_words(ticket: Ticket, days: Sequence[Day]) -> str:
    """The day and when they may come in; of several days the first and the last."""
    if not days:
        return f"{day(ticket.event.starts_at)} {clock_time(ticket.event.starts_at)}"
    first, last = days[0].day, days[-1].day
    early = ticket.ticket_type.early_minutes
    at = clock_time(first.starts_at - timedelta(minutes=early))
    entry = _("early entry %(time)s", time=at) if early else _("doors open %(time)s", time=at)
    span = day_words(first) if first is last else f"{day_words(first)} – {day_words(last)}"
    return f"{span} · {entry}"


def people_words(registration: Registration) -> str:
    """3 people, 1 child."""
    said = ngettext("%(num)s person", "%(num)s people", registration.people)
    if not registration.children:
        return said
    return f"{said} · " + ngettext("%(num)s child", "%(num)s children", registration.children)


def stamp_date(of: Day) -> str:
    """What stands across a stamp: day, month and time."""
    assert of.arrival is not None
    return f"{of.day.day.day:02} · {of.day.day.month:02} · {clock_time(of.arrival.first_at)}"


def became(registration: Registration, given: PassOn | None) -> str:
    """Why there is no ticket any more, in a sentence."""
    if given is not None and given.taken_at is not None:
        return _("You passed this ticket on, on %(day)s.", day=day(given.taken_at))
    on = day(registration.ended_at) if registration.ended_at else ""
    return {
        Ended.TIME: _("The time to sign up ran out on %(day)s, and the seats went on.", day=on),
        Ended.GIVEN_UP: _("You gave these seats up on %(day)s.", day=on),
        Ended.DECLINED: _("You declined this offer on %(day)s.", day=on),
        Ended.CANCELLED: _("You gave this ticket back on %(day)s.", day=on),
        Ended.RELEASED: _(
            "You told us in time that you would not make it. Thank you: the seat is there for somebody else."
        ),
        Ended.REFUNDED: _("The money went back on %(day)s, and with it the ticket ended.", day=on),
        Ended.STAFF: _("The house ended this ticket on %(day)s.", day=on),
        Ended.EVENT: _("This event does not take place."),
    }.get(registration.ended or Ended.CANCELLED, "")


def qr(code: str) -> Markup:
    """What the door scans."""
    return drawn(ticket_address(code))


def drawn(address: str) -> Markup:
    """An address as a QR for the page: black, without a rim (its place is plain and light) and without a size."""
    code = segno.make_qr(address, error="m")
    return Markup(code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None))  # noqa: S704 (our own drawing)
