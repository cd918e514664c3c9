"""The ticket types of an event as one person finds them now: on sale or not, what is left, what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.queries import is_suspended
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.money import Money
from portal.events.models import (
    LIVE,
    STILL_IN,
    Event,
    Pool,
    Registration,
    RegistrationState,
    Seats,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.rules import sale, times
from portal.events.rules.sale import Sale, Standing
from portal.membership.models import Tier

#: so few seats are said
FEW = 40


@dataclass(frozen=True, slots=True)
class Offered:
    """One ticket type for one viewer. ``left``: seats they could take now. ``waited_for``: somebody is to be asked before.
    ``price`` is for ``type.admits`` people, ``full`` without their discount. ``opens_at`` is their own first moment. Of theirs:
    ``registration_id`` (with ``state``) is alive, ``waiting_id`` stands in the pool's line."""

    type: TicketType
    tier: Tier | None
    sale: Sale
    left: int
    waited_for: bool
    price: Money
    full: Money
    opens_at: datetime
    registration_id: str | None = None
    state: RegistrationState | None = None
    waiting_id: str | None = None

    @property
    def is_open(self) -> bool:
        return self.sale is Sale.OPEN

    @property
    def sold_out(self) -> bool:
        """It is on sale, and one can only wait for it."""
        return self.is_open and (self.waited_for or self.left < self.type.admits)

    @property
    def few(self) -> int:
        """How many are left, when that is worth saying; else 0."""
        return self.left if self.is_open and not self.sold_out and self.left <= FEW else 0

    @property
    def early(self) -> bool:
        """They may sign up before everybody else."""
        return self.opens_at < self.type.sale_starts_at

    @property
    def is_held(self) -> bool:
        return self.state is RegistrationState.HELD

    @property
    def is_mine(self) -> bool:
        return self.state is RegistrationState.CONFIRMED


def offers_of(
    event: Event, viewer: Viewer | None, standing: Standing, now: datetime | None = None
) -> list[Offered]:
    """All ticket types that this person may see, in their order. One query, however many there are."""
    now = now or clock.now()
    rows = db.session.execute(_statement(event.id, viewer.id if viewer else "", now)).all()
    found = [_offered(event, standing, row, now) for row in rows]
    return [one for one in found if one.sale is not Sale.HIDDEN]


def get_ticket_type(event_id: str, ticket_type_id: str) -> TicketType:
    """A ticket type of this event. Raises Invalid beside ``ticket_type``: it was chosen in a form."""
    found = db.session.scalar(_CHOSEN, {"type": ticket_type_id}) if ticket_type_id else None
    if found is None or found.event_id != event_id:
        raise Invalid(_("Please choose a ticket."), field="ticket_type")
    return found


_CHOSEN = (
    sa.select(TicketType)
    .where(TicketType.id == sa.bindparam("type"))
    .execution_options(populate_existing=True)
)


def _statement(event_id: str, member_id: str, now: datetime) -> sa.Select[Any]:
    of_type, of_pool, of_event = aliased(Seats), aliased(Seats), aliased(Seats)
    own = sa.and_(
        Registration.ticket_type_id == TicketType.id,
        Registration.member_id == member_id,
        Registration.state.in_(LIVE),
        sa.or_(Registration.hold_until.is_(None), Registration.hold_until > now),
    )
    waits = sa.and_(
        WaitingEntry.pool_id == TicketType.pool_id,
        WaitingEntry.member_id == member_id,
        WaitingEntry.state.in_(STILL_IN),
    )
    return (
        sa.select(
            TicketType,
            Tier,
            of_type.capacity.label("capacity"),
            (of_type.capacity - of_type.used + _due(now, TicketType.id == Registration.ticket_type_id)).label(
                "room"
            ),
            (of_pool.capacity - of_pool.used + _due(now, TicketType.pool_id == Registration.pool_id)).label(
                "pool_room"
            ),
            (
                of_event.capacity - of_event.used + _due(now, TicketType.event_id == Registration.event_id)
            ).label("event_room"),
            sa.case((Pool.reserved_until <= now, 0), else_=of_pool.reserved - of_pool.reserved_used).label(
                "kept"
            ),
            _somebody_waits(WaitingEntry.ticket_type_id == TicketType.id).label("waits_here"),
            _somebody_waits(
                WaitingEntry.pool_id == TicketType.pool_id, WaitingEntry.seats <= _room_of_who_waits()
            ).label("waits_in_pool"),
            sa.select(Registration.id).where(own).scalar_subquery().label("registration_id"),
            sa.select(Registration.state).where(own).scalar_subquery().label("state"),
            sa.select(WaitingEntry.id).where(waits).scalar_subquery().label("waiting_id"),
        )
        .join(Pool, Pool.id == TicketType.pool_id)
        .join(of_type, of_type.id == TicketType.id)
        .join(of_pool, of_pool.id == TicketType.pool_id)
        .join(of_event, of_event.id == TicketType.event_id)
        .outerjoin(Tier, Tier.id == TicketType.tier_id)
        .where(TicketType.event_id == event_id)
        .order_by(TicketType.position, TicketType.id)
    )


def _due(now: datetime, within: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Seats whose hold is over, though nobody has freed them yet."""
    over = sa.select(sa.func.coalesce(sa.func.sum(Registration.seats), 0)).where(
        within, Registration.hold_until <= now
    )
    return over.correlate(TicketType).scalar_subquery()


def _somebody_waits(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Who is suspended is passed by, so seats are not kept for them."""
    here = ~is_suspended(WaitingEntry.member_id)
    line = sa.select(WaitingEntry.id).where(*which, WaitingEntry.state == WaitingState.WAITING, here)
    return line.correlate(TicketType).exists()


def _room_of_who_waits() -> sa.ScalarSelect[int]:
    """What the ticket type that somebody waits for has left: who waits for a full one stands in nobody's way."""
    theirs = aliased(Seats)
    room = sa.select(theirs.capacity - theirs.used).where(theirs.id == WaitingEntry.ticket_type_id)
    return room.correlate(WaitingEntry).scalar_subquery()


def _offered(event: Event, standing: Standing, row: Any, now: datetime) -> Offered:
    kind: TicketType = row.TicketType
    pool_room = row.pool_room - row.kept + min(row.kept, standing.reserve)
    strict = times.keeps_line(event, now)
    return Offered(
        type=kind,
        tier=row.Tier,
        sale=sale.sale_of(event, kind, standing, now),
        left=max(0, min(row.room, pool_room, row.event_room)),
        waited_for=strict and bool(row.waits_here or row.waits_in_pool),
        price=Money(sale.price_for(kind, kind.admits, standing), kind.currency),
        full=Money(kind.price, kind.currency),
        opens_at=sale.opens_for(kind, standing),
        registration_id=row.registration_id,
        state=RegistrationState(row.state) if row.state else None,
        waiting_id=row.waiting_id,
    )
