"""The same application with every guard of the seats off: who decides looks at what was true a moment ago, and nothing is
asked of the rows. Served by the production server, so that the rush can show what the guards are for."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from portal import create_app
from portal.core.db import changed_rows
from portal.events.models import Seats, TicketType
from portal.events.queries.room import Room
from portal.events.services import holding, seats

MOMENT_SECONDS = 2.0

_seen: dict[str, tuple[float, Any]] = {}
_branch_of, _look = seats.branch_of, holding.look


def branch_of(ticket_type: TicketType) -> Any:
    """What the rows said some time ago."""
    now = time.monotonic()
    at, kept = _seen.get(ticket_type.id, (0.0, None))
    if kept is None or now - at > MOMENT_SECONDS:
        found = _branch_of(ticket_type)
        kept = _Frozen({name: getattr(found, name).free for name in ("event", "pool", "ticket_type")})
        _seen[ticket_type.id] = (now, kept)
    return kept


class _Frozen:
    def __init__(self, free: dict[str, int]) -> None:
        self._free = free
        for name, room in free.items():
            setattr(self, name, Seats(capacity=room, used=0, reserved=0, reserved_used=0))

    def room(self, reserve: int = 0) -> int:
        return min(self._free.values())


def look(ticket_type: TicketType, **who: Any) -> Room:
    """The seats as they were some time ago."""
    free = branch_of(ticket_type).room()
    return _look(ticket_type, **who)._replace(free=free, in_pool=free, kept=0)


def take(ticket_type: TicketType, number: int, *, reserve: int = 0) -> None:
    for one in (ticket_type.event_id, ticket_type.pool_id, ticket_type.id):
        changed_rows(sa.update(Seats).where(Seats.id == one).values(used=Seats.used + number))


@event.listens_for(Engine, "connect")
def ignore_checks(connection: Any, record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA ignore_check_constraints=ON")


seats.branch_of = branch_of
seats.take = take
seats.hold = lambda event: None
holding.look = look
holding.refuse_early = lambda *who, **why: None

app = create_app()
