"""What a door keeps to decide without the network: every code of the event, who it is for, and who is in. No contacts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db
from portal.events.models import (
    Arrival,
    Event,
    EventKind,
    Registration,
    SessionPlace,
    Stamp,
    TicketCode,
    TicketType,
)
from portal.events.models.programme import Entry
from portal.events.queries import door
from portal.events.queries.programme import days_of, sessions_of
from portal.events.rules import door as rules
from portal.events.rules.door import EVENING, State, state_of
from portal.membership.queries.access import tiers_of


def list_for_door(event: Event) -> dict[str, Any]:
    """Plain facts for ``static/js/door``; moments in milliseconds. Seven queries."""
    rows = _rows(event)
    good = [
        row.Registration for row in rows if state_of(event.id, row.Registration, row.TicketCode) is State.GOOD
    ]
    beside = _Beside(event, good)
    days = {one.id: one for one in days_of(event.id)}
    windows = rules.windows(list(days.values()), brand.current().time_zone)
    return {
        "now": _ms(clock.now()),
        "until": _ms(event.ends_at + EVENING),
        "days": [
            {"id": one.day_id, "begins": _ms(one.begins), "opens": _ms(one.opens), "ends": _ms(one.ends)}
            | {"date": days[one.day_id].day.isoformat()}
            for one in windows
        ],
        "sessions": [
            {"id": one.session.id, "open": one.session.entry is Entry.OPEN} for one in sessions_of(event.id)
        ],
        "tickets": [_ticket(event, row, beside) for row in rows],
    }


def _rows(event: Event) -> list[Any]:
    before = _festivals_before(event)
    festivals = sa.func.coalesce(before.c.festivals, 0).label("festivals")
    statement = (
        sa.select(TicketCode, Registration, TicketType, festivals)
        .join(Registration, Registration.id == TicketCode.registration_id)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
        .outerjoin(before, before.c.member_id == Registration.member_id)
        .where(Registration.event_id == event.id)
        .order_by(TicketCode.code)
    )
    return list(db.session.execute(statement))


class _Beside:
    """What belongs to the good tickets, read at once."""

    def __init__(self, event: Event, good: list[Registration]) -> None:
        self.tiers = tiers_of(one.member_id for one in good)
        self.helps = door.help_of(good, door.questions_about_help(event.id))
        self.guests: dict[str, list[list[Any]]] = defaultdict(list)
        mine = sa.select(Registration.id).where(Registration.event_id == event.id)
        for one in door.guests_among(mine):
            self.guests[one.registration_id].append([one.name, one.child])
        self.inside: dict[str, dict[str, list[Any]]] = defaultdict(dict)
        self.stamps: dict[str, list[str]] = defaultdict(list)
        self.places: dict[str, list[str]] = defaultdict(list)
        for trace in db.session.execute(_traces(mine)):
            if trace.kind == "in":
                facts = [trace.people, _ms(trace.first_at), trace.door]
                self.inside[trace.registration_id][trace.place] = facts
            else:
                into = self.stamps if trace.kind == "stamp" else self.places
                into[trace.registration_id].append(trace.place)


def _ticket(event: Event, row: Any, beside: _Beside) -> dict[str, Any]:
    """Of codes that are good no more only that; names stand beside the good ones alone."""
    one, kind, state = row.Registration, row.TicketType, state_of(event.id, row.Registration, row.TicketCode)
    if state is not State.GOOD:
        return {"code": row.TicketCode.code, "state": state.value}
    return {
        "code": row.TicketCode.code,
        "state": state.value,
        "name": one.name,
        "kind": kind.name,
        "size": one.people + one.children,
        "children": one.children,
        "guests": beside.guests[one.id],
        "tier": " · ".join(tier.name for tier in beside.tiers.get(one.member_id, [])),
        "festival": row.festivals + 1 if event.kind is EventKind.FESTIVAL else 0,
        "needs_help": one.needs_help,
        "helps": beside.helps[one.id],
        "day": kind.day_id,
        "early": kind.early_minutes,
        "inside": beside.inside[one.id],
        "stamps": beside.stamps[one.id],
        "places": beside.places[one.id],
    }


def _traces(registrations: sa.Select[str]) -> sa.CompoundSelect[Any]:
    """Who is in on which day, which stamps are given, which sessions stand in a plan: one row each."""
    moment, word = sa.cast(sa.null(), Arrival.first_at.type), sa.literal("")
    arrived = sa.select(
        Arrival.registration_id,
        sa.literal("in").label("kind"),
        Arrival.day_id.label("place"),
        Arrival.people,
        Arrival.first_at,
        Arrival.door,
    ).where(Arrival.registration_id.in_(registrations))
    stamped = sa.select(Stamp.registration_id, sa.literal("stamp"), Stamp.place, sa.literal(0), moment, word)
    planned = sa.select(
        SessionPlace.registration_id,
        sa.literal("place"),
        SessionPlace.session_id,
        sa.literal(0),
        moment,
        word,
    ).where(SessionPlace.left_at.is_(None))
    return sa.union_all(
        arrived,
        stamped.where(Stamp.registration_id.in_(registrations)),
        planned.where(SessionPlace.registration_id.in_(registrations)),
    )


def _festivals_before(event: Event) -> sa.Subquery:
    """At how many other festivals those who sign up for this event were let in; worked out once for all of them."""
    before = aliased(Registration)
    theirs = sa.select(Registration.member_id).where(Registration.event_id == event.id)
    been = (
        sa.select(before.member_id, sa.func.count(sa.distinct(Event.id)).label("festivals"))
        .join(Event, Event.id == before.event_id)
        .join(Arrival, Arrival.registration_id == before.id)
        .where(Event.kind == EventKind.FESTIVAL, Event.id != event.id, before.member_id.in_(theirs))
    )
    return been.group_by(before.member_id).subquery("been")


def _ms(moment: Any) -> int:
    return int(moment.timestamp() * 1000)
