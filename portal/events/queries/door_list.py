"""What a door keeps to decide without the network: every code of the event, who it is for, and who is in. No contacts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.events.models import (
    Arrival,
    Event,
    EventKind,
    Registration,
    SessionPlace,
    TicketCode,
    TicketType,
)
from portal.events.models.programme import Entry
from portal.events.queries import door
from portal.events.queries.programme import days_of, sessions_of
from portal.events.rules.door import EVENING, State, state_of
from portal.membership.queries.access import tiers_of


def list_for_door(event: Event) -> dict[str, Any]:
    """Plain facts for ``static/js/door``; moments in milliseconds. A fixed number of queries."""
    rows = _rows(event)
    good = [
        row.Registration for row in rows if state_of(event.id, row.Registration, row.TicketCode) is State.GOOD
    ]
    beside = _Beside(event, good)
    days = {one.id: one for one in days_of(event.id)}
    return {
        "now": _ms(clock.now()),
        "until": _ms(event.ends_at + EVENING),
        "days": [
            {"id": one.day_id, "begins": _ms(one.begins), "opens": _ms(one.opens), "ends": _ms(one.ends)}
            | {"date": days[one.day_id].day.isoformat()}
            for one in door.windows_of(event)
        ],
        "sessions": [
            {"id": one.session.id, "open": one.session.entry is Entry.OPEN} for one in sessions_of(event.id)
        ],
        "tickets": [_ticket(event, row, beside) for row in rows],
    }


def _rows(event: Event) -> list[Any]:
    statement = (
        sa.select(TicketCode, Registration, TicketType)
        .join(Registration, Registration.id == TicketCode.registration_id)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
        .where(Registration.event_id == event.id)
        .order_by(TicketCode.code)
    )
    return list(db.session.execute(statement))


class _Beside:
    """What belongs to the good tickets, read at once."""

    def __init__(self, event: Event, good: list[Registration]) -> None:
        self.tiers = tiers_of(one.member_id for one in good)
        self.helps = door.help_of(good, door.questions_about_help(event.id))
        self.stamps = door.stamps_of(event.id)
        self.guests: dict[str, list[list[Any]]] = defaultdict(list)
        mine = sa.select(Registration.id).where(Registration.event_id == event.id)
        for one in door.guests_among(mine):
            self.guests[one.registration_id].append([one.name, one.child])
        self.inside: dict[str, dict[str, list[Any]]] = defaultdict(dict)
        for arrival in db.session.scalars(sa.select(Arrival).where(Arrival.registration_id.in_(mine))):
            facts = [arrival.people, _ms(arrival.first_at), arrival.door]
            self.inside[arrival.registration_id][arrival.day_id] = facts
        self.places: dict[str, list[str]] = defaultdict(list)
        there = sa.select(SessionPlace.registration_id, SessionPlace.session_id).where(
            SessionPlace.registration_id.in_(mine), SessionPlace.left_at.is_(None)
        )
        for registration_id, session_id in db.session.execute(there):
            self.places[registration_id].append(session_id)
        self._counts = event.kind is EventKind.FESTIVAL
        self._festivals = _festivals_before(event) if self._counts else {}

    def nth(self, member_id: str) -> int:
        """Their so many-th festival; 0 where none is counted."""
        return self._festivals.get(member_id, 0) + 1 if self._counts else 0


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
        "festival": beside.nth(one.member_id),
        "needs_help": one.needs_help,
        "helps": beside.helps[one.id],
        "day": kind.day_id,
        "early": kind.early_minutes,
        "inside": beside.inside[one.id],
        "stamps": beside.stamps.get(one.id, []),
        "places": beside.places[one.id],
    }


def _festivals_before(event: Event) -> dict[str, int]:
    """At how many other festivals the members who come were let in. One query."""
    coming = sa.select(Registration.member_id).where(Registration.event_id == event.id)
    been = (
        sa.select(Registration.member_id, sa.func.count(sa.distinct(Event.id)))
        .join(Event, Event.id == Registration.event_id)
        .join(Arrival, Arrival.registration_id == Registration.id)
        .where(Event.kind == EventKind.FESTIVAL, Event.id != event.id, Registration.member_id.in_(coming))
        .group_by(Registration.member_id)
    )
    return {row[0]: row[1] for row in db.session.execute(been)}


def _ms(moment: Any) -> int:
    return int(moment.timestamp() * 1000)
