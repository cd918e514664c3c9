"""How a sign-up reads, in the visitor's language: whether a ticket is on sale, for how many it is, what comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.brand.showing import clock_time, day
from portal.core import clock
from portal.core.i18n import _, ngettext
from portal.events.models import Event, TicketType
from portal.events.queries.offer import Offered
from portal.events.rules.sale import Sale


def moment(at: datetime) -> str:
    """A day and a time in the shop's zone."""
    return _("%(day)s, %(time)s", day=day(at), time=clock_time(at))


def tag_of(offer: Offered) -> tuple[str, str] | None:
    """The label beside a ticket type and its colour; None when there is nothing to say."""
    if offer.sold_out:
        return _("Full, waiting list open"), ""
    if offer.sale is Sale.OPEN:
        if offer.few:
            return ngettext("%(num)s left", "%(num)s left", offer.few), "warn"
        return (_("Yours to claim"), "gold") if offer.tier else None
    return {
        Sale.NOT_YET: (_("Not yet"), "brand"),
        Sale.GATHERING: (_("Opening bell"), "gold"),
        Sale.DRAWING: (_("The draw is running"), "gold"),
        Sale.OVER: (_("Sale is over"), ""),
        Sale.CLOSED: (_("Not on sale"), ""),
        Sale.NOT_YOURS: (_("Members only"), ""),
    }.get(offer.sale)


def said_of(offer: Offered) -> str:
    """One more sentence where something has to be known: when sale begins for this person, for which tier it is."""
    kind, now = offer.type, clock.now()
    if offer.sale is Sale.NOT_YET and offer.early:
        return _("For you from %(moment)s, before everybody else", moment=moment(offer.opens_at))
    if offer.sale is Sale.NOT_YET:
        return _("From %(moment)s", moment=moment(offer.opens_at))
    if offer.sale is Sale.OPEN and offer.early and now < kind.sale_starts_at:
        return _("Early access: everybody else from %(moment)s", moment=moment(kind.sale_starts_at))
    if offer.sale is Sale.GATHERING and kind.bell_closes_at:
        return _("Gather until %(moment)s, then a draw decides", moment=moment(kind.bell_closes_at))
    if offer.sale is Sale.NOT_YOURS and offer.tier:
        return _("For %(tier)s", tier=offer.tier.name)
    return ""


def for_how_many(kind: TicketType) -> str:
    """What one price is for."""
    return (
        _("per person")
        if kind.admits == 1
        else ngettext("for %(num)s person", "for %(num)s people", kind.admits)
    )


def refund_rule(event: Event, *, free: bool, begins: datetime | None = None) -> str:
    """What comes back to who gives a ticket up, said before anybody buys. ``begins``: when its own day does (None: the event)."""
    if free:
        return _(
            "You can give the ticket back until it begins: somebody on the waiting list will be glad of the seat."
        )
    until = (begins or event.starts_at) - timedelta(hours=event.refund_hours)
    if event.refund_percent == 100 or event.refund_hours == 0:
        return _("Full refund until the doors open.")
    if event.refund_percent:
        return _(
            "Full refund until %(moment)s, then %(percent)s%% of it until the doors open.",
            moment=moment(until),
            percent=event.refund_percent,
        )
    return _("Full refund until %(moment)s, none after that.", moment=moment(until))


def refund_short(event: Event, offer: Offered) -> str:
    """The same in a few words, for the bar of a phone."""
    if not offer.full.amount:
        return _("Free of charge")
    if event.refund_percent == 100 or event.refund_hours == 0:
        return _("Refundable until the doors open")
    return ngettext(
        "Refundable up to %(num)s h before", "Refundable up to %(num)s h before", event.refund_hours
    )


def act_of(offer: Offered) -> str:
    """What the button does with this ticket type."""
    if offer.sold_out:
        return _("See your place") if offer.waiting_id else _("To the waiting list")
    return _("Go on with this ticket") if offer.full.amount else _("Claim my ticket")
