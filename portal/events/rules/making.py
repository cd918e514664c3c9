"""What an event needs before it can be published, and which numbers fit together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.core import slugs
from portal.core.i18n import _
from portal.events.models import Entry, Event, EventDay, EventSession, Seats, TicketType

MOST_SEATS = 100_000


class EventState(StrEnum):
    DRAFT = "draft"
    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


def state_of(event: Event, now: datetime) -> EventState:
    """Where an event stands."""
    if event.cancelled_at is not None:
        return EventState.CANCELLED
    if event.published_at is None:
        return EventState.DRAFT
    if event.is_over(now):
        return EventState.OVER
    return EventState.RUNNING if event.starts_at <= now else EventState.COMING


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to do before (``must``), or that would make it better; ``page`` is where."""

    words: str
    page: str
    must: bool = True


def missing(
    event: Event,
    days: Sequence[EventDay],
    types: Sequence[TicketType],
    seats: dict[str, Seats],
    sessions: Sequence[EventSession],
    now: datetime,
) -> list[Missing]:
    """Everything that stands in the way of publishing, then what is only advice."""
    found = [*_about_itself(event, days, now), *_about_tickets(event, types, seats)]
    draws = any(one.entry is Entry.DRAW and one.cancelled_at is None for one in sessions)
    if draws and not (event.wishes_until and event.wishes_until < event.starts_at):
        found.append(
            Missing(
                _("Sessions with a draw need a moment before the start until which wishes count."), "edit"
            )
        )
    return [*found, *_advice(event)]


def stands_in_the_way(found: Iterable[Missing]) -> list[Missing]:
    return [one for one in found if one.must]


def _about_itself(event: Event, days: Sequence[EventDay], now: datetime) -> Iterable[Missing]:
    if not event.name_zh and not event.name_en:
        yield Missing(_("It needs a name in at least one language."), "edit")
    if not days:
        yield Missing(_("It needs a day."), "days")
    if event.ends_at <= now:
        yield Missing(_("Its last day is over. Please choose other days."), "days")


def _about_tickets(event: Event, types: Sequence[TicketType], seats: dict[str, Seats]) -> Iterable[Missing]:
    offered = [one for one in types if one.closed_at is None]
    if not offered:
        yield Missing(_("It needs a kind of ticket that is not closed."), "tickets")
    if not seats[event.id].capacity:
        yield Missing(_("Say how many people fit in."), "tickets")
    for one in offered:
        named = one.name or _("Ticket without a name")
        if not one.name:
            yield Missing(_("A kind of ticket needs a name in at least one language."), "tickets")
        if not seats[one.id].capacity or not seats[one.pool_id].capacity:
            yield Missing(_("“%(ticket)s” has no seats.", ticket=named), "tickets")
        if one.sale_starts_at >= event.ends_at or one.sale_ends_at > event.ends_at:
            yield Missing(
                _("“%(ticket)s” would be on sale after the end of the event.", ticket=named), "tickets"
            )


def _advice(event: Event) -> Iterable[Missing]:
    if bool(event.name_zh) != bool(event.name_en):
        yield Missing(_("Its name stands in one language only."), "edit", must=False)
    if not (event.lead_zh or event.lead_en):
        yield Missing(_("A sentence below the name says why one would come."), "edit", must=False)
    if event.kind == "online" and not event.online_url:
        yield Missing(_("An online event needs the address where it happens."), "edit", must=False)
    if event.kind != "online" and not (event.place_zh or event.place_en):
        yield Missing(_("Nobody knows yet where it is."), "edit", must=False)
    if event.kind != "online" and not (event.way_zh or event.way_en):
        yield Missing(_("Say how to get there, and whether it is step-free."), "edit", must=False)
    if event.picture is None:
        yield Missing(_("A picture makes people want to come."), "picture", must=False)


# ------------------------------------------------------------------ addresses


def slug_from(name: str, kind: str, day: date) -> str:
    """A readable end of an address: the Latin words of the name and the year, else the kind and the day."""
    words = slugs.slug_from(name)
    if len(words) < 3:
        return f"{kind}-{day.isoformat()}"
    year = "" if str(day.year) in words else f"-{day.year}"
    return words[: slugs.LONGEST_SLUG - len(year)].strip("-") + year


# ------------------------------------------------------------------ sessions in one place


def overlaps(sessions: Iterable[EventSession]) -> dict[str, EventSession]:
    """Sessions that happen in one place while another one does, each with that other one."""
    found: dict[str, EventSession] = {}
    last: dict[str, EventSession] = {}
    for one in sorted(sessions, key=lambda row: (row.starts_at, row.id)):
        if one.venue_id is None or one.cancelled_at is not None:
            continue
        before = last.get(one.venue_id)
        if before is not None and before.ends_at > one.starts_at:
            found[one.id] = before
            found.setdefault(before.id, one)
        if before is None or one.ends_at > before.ends_at:
            last[one.venue_id] = one
    return found
