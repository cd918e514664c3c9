"""Seats are taken and given back here and nowhere else.

The event's own row is changed first (:func:`hold`), so whoever changes seats of an event waits for who did before, and what is
read after it is true until the transaction ends. The conditions of the UPDATE stand all the same, and the
CHECKs behind them: no mistake elsewhere can sell a seat twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.core.db import changed_rows, db, key_of
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.events.models import Registration, Seats, TicketType


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


def hold(event: str | TicketType | Registration) -> None:
    """From here on nobody else takes or frees seats of this event until the transaction ends. What was drawn from who comes and
    who waits is drawn anew (:mod:`portal.events.queries.stamp`).

    ``event`` is its id, or a row that belongs to it: one that was read before the transaction is not read again for this.
    """
    if isinstance(event, str):
        db.session.execute(_HOLD, {"event": event})
    else:
        db.session.execute(_HOLD_FOR[type(event)], {"row": key_of(event)})


def branch_of(ticket_type: TicketType) -> Branch:
    """What the rows say now; call :func:`hold` first when something is decided on it."""
    ids = (ticket_type.event_id, ticket_type.pool_id, ticket_type.id)
    statement = sa.select(Seats).where(Seats.id.in_(ids)).execution_options(populate_existing=True)
    rows = {row.id: row for row in db.session.scalars(statement)}
    return Branch(*(rows[one] for one in ids))


def take(ticket_type: TicketType, seats: int, *, reserve: int = 0) -> None:
    """Take ``seats``, ``reserve`` of them from what the pool keeps back. Raises Conflict when there are not that many: then
    nothing was taken that a rollback does not give back."""
    if _move(_TAKE, ticket_type, seats, reserve) != len(_PATH):
        raise Conflict(_("Somebody was quicker: there are not that many seats left."))


def give_back(ticket_type: TicketType, seats: int, *, reserve: int = 0) -> None:
    """Seats that a registration held are free again (and ``reserve`` of them kept back again)."""
    _move(_GIVE_BACK, ticket_type, seats, reserve)


def take_in_session(session_id: str, seats: int) -> None:
    """Places of a session. Raises Conflict when there are not that many."""
    statement = sa.update(Seats).where(Seats.id == session_id, Seats.capacity - Seats.used >= seats)
    if changed_rows(statement.values(used=Seats.used + seats, version=Seats.version + 1)) != 1:
        raise Conflict(_("Somebody was quicker: this session has not that many places left."))


def give_back_in_session(session_id: str, seats: int) -> None:
    values = {"used": Seats.used - seats, "version": Seats.version + 1}
    changed_rows(sa.update(Seats).where(Seats.id == session_id).values(values))


# ------------------------------------------------------------------ inside

_seats: Any = Seats.__table__.c
_PATH = ("event", "pool", "type")
_NUMBER, _KEPT = sa.bindparam("number", type_=sa.Integer), sa.bindparam("kept", type_=sa.Integer)
#: of the reserve, which only the pool has
_RESERVE = sa.case((_seats.id == sa.bindparam("pool"), _KEPT), else_=0)
_BRANCH = sa.update(Seats.__table__).where(_seats.id.in_([sa.bindparam(name) for name in _PATH]))  # type: ignore[arg-type]

_CHANGED = sa.update(Seats.__table__).values(version=_seats.version + 1)  # type: ignore[arg-type]
_HOLD = _CHANGED.where(_seats.id == sa.bindparam("event"))
_HOLD_FOR = {
    model: _CHANGED.where(
        _seats.id == sa.select(model.event_id).where(model.id == sa.bindparam("row")).scalar_subquery()
    )
    for model in (TicketType, Registration)
}
_TAKE = _BRANCH.where(
    _seats.capacity - _seats.used - (_seats.reserved - _seats.reserved_used - _RESERVE) >= _NUMBER,
    _seats.reserved - _seats.reserved_used >= _RESERVE,
).values(used=_seats.used + _NUMBER, reserved_used=_seats.reserved_used + _RESERVE)
_GIVE_BACK = _BRANCH.values(used=_seats.used - _NUMBER, reserved_used=_seats.reserved_used - _RESERVE)


def _move(statement: sa.Update, ticket_type: TicketType, number: int, kept: int) -> int:
    """How many rows of the branch moved. The event is held: in which order its rows change is nobody's matter."""
    path = (ticket_type.event_id, ticket_type.pool_id, ticket_type.id)
    moved: Any = db.session.execute(
        statement, dict(zip(_PATH, path, strict=True)) | {"number": number, "kept": kept}
    )
    return int(moved.rowcount)
