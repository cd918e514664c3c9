"""Seats are taken and given back here and nowhere else.

The rows of a tree are changed from the event downwards, so whoever changes seats of an event waits for who did before, and
what is read after :func:`hold` is true until the transaction ends. The conditions of the UPDATE stand all the same, and the
CHECKs behind them: no mistake elsewhere can sell a seat twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.events.models import Seats, TicketType


@dataclass(frozen=True, slots=True)
class Branch:
    """The rows that count a seat of a ticket type, from the event downwards, as they are now."""

    event: Seats
    pool: Seats
    ticket_type: Seats

    def room(self, reserve: int = 0) -> int:
        """Seats that can be taken here, of the pool's reserve at most ``reserve``."""
        kept = self.pool.reserved - self.pool.reserved_used
        free_in_pool = self.pool.capacity - self.pool.used - kept + min(kept, reserve)
        others = (self.event, self.ticket_type)
        return min(free_in_pool, *(row.capacity - row.used for row in others))


def hold(event_id: str) -> None:
    """From here on nobody else takes or frees seats of this event until the transaction ends."""
    lock_row(Seats, event_id, whole=False)


def branch_of(ticket_type: TicketType) -> Branch:
    """What the rows say now; call :func:`hold` first when something is decided on it."""
    ids = (ticket_type.event_id, ticket_type.pool_id, ticket_type.id)
    statement = sa.select(Seats).where(Seats.id.in_(ids)).execution_options(populate_existing=True)
    rows = {row.id: row for row in db.session.scalars(statement)}
    return Branch(*(rows[one] for one in ids))


def take(ticket_type: TicketType, seats: int, *, reserve: int = 0) -> None:
    """Take ``seats``, ``reserve`` of them from what the pool keeps back. Raises Conflict when there are not that many: then
    nothing was taken that a rollback does not give back."""
    for one in (ticket_type.event_id, ticket_type.pool_id, ticket_type.id):
        kept = reserve if one == ticket_type.pool_id else 0
        room = Seats.capacity - Seats.used - (Seats.reserved - Seats.reserved_used - kept)
        statement = sa.update(Seats).where(
            Seats.id == one, room >= seats, Seats.reserved - Seats.reserved_used >= kept
        )
        values = {"used": Seats.used + seats, "reserved_used": Seats.reserved_used + kept}
        if changed_rows(statement.values(values)) != 1:
            raise Conflict(_("Somebody was quicker: there are not that many seats left."))


def give_back(ticket_type: TicketType, seats: int, *, reserve: int = 0) -> None:
    """Seats that a registration held are free again (and ``reserve`` of them kept back again)."""
    for one in (ticket_type.event_id, ticket_type.pool_id, ticket_type.id):
        kept = reserve if one == ticket_type.pool_id else 0
        statement = sa.update(Seats).where(Seats.id == one)
        values = {"used": Seats.used - seats, "reserved_used": Seats.reserved_used - kept}
        changed_rows(statement.values(values))


def take_in_session(session_id: str, seats: int) -> None:
    """Places of a session. Raises Conflict when there are not that many."""
    statement = sa.update(Seats).where(Seats.id == session_id, Seats.capacity - Seats.used >= seats)
    if changed_rows(statement.values(used=Seats.used + seats)) != 1:
        raise Conflict(_("Somebody was quicker: this session has not that many places left."))


def give_back_in_session(session_id: str, seats: int) -> None:
    changed_rows(sa.update(Seats).where(Seats.id == session_id).values(used=Seats.used - seats))
