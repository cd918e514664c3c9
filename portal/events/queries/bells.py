"""The opening bell of a ticket type as one person finds it, and the draws of an event with their proofs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db
from portal.core.draw import queries as draws
from portal.core.draw.models import Draw, DrawEntry
from portal.core.draw.queries import Proof
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.events.models import STILL_IN, BellEntry, Event, Registration, TicketType, WaitingEntry
from portal.events.queries.no_shows import counts_against
from portal.events.rules.planning import SESSIONS
from portal.events.rules.sale import BELL


@dataclass(frozen=True, slots=True)
class Bell:
    """``parties`` with ``people`` are inside. ``entry`` is the viewer's own while they are, with what came of it; ``later``: they
    are drawn behind the others."""

    type: TicketType
    proof: Proof | None
    parties: int
    people: int
    entry: BellEntry | None = None
    salt: str = ""
    later: bool = False
    registration: Registration | None = None
    waiting: WaitingEntry | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One draw of an event: of a ticket type's bell, or (without one) of the sessions. ``mine`` are the viewer's entries as (id,
    place); the place is None until it was drawn."""

    proof: Proof
    type: TicketType | None
    mine: list[tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Another ticket type of the same pool that somebody ``waits`` for (or has an offer of); else they gather for it."""

    type: TicketType
    waits: bool


def get_belled(event: Event, ticket_type_id: str, opened: Collection[str]) -> TicketType:
    """A ticket type of this event that has an opening bell. Raises NotFound, also for a hidden one that is not ``opened``."""
    found = db.session.get(TicketType, ticket_type_id, populate_existing=True)
    hidden = found is not None and found.hidden and found.id not in opened
    if found is None or found.event_id != event.id or found.bell_closes_at is None or hidden:
        raise NotFound(_("There is no opening bell here."))
    return found


def bell_of(ticket_type: TicketType, viewer: Viewer | None) -> Bell:
    """At most five queries."""
    inside = sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(BellEntry.people + BellEntry.children), 0)
    ).where(BellEntry.ticket_type_id == ticket_type.id, BellEntry.left_at.is_(None))
    parties, people = db.session.execute(inside).one()
    proof = next(iter(draws.proofs_of([(BELL, ticket_type.id)])), None)
    own = _own(ticket_type.id, viewer.id) if viewer else None
    if own is None:
        return Bell(ticket_type, proof, parties, people)
    entry, salt, later, registration, waiting = own
    if entry.place is None:
        later = bool(counts_against([entry.member_id]))
    return Bell(ticket_type, proof, parties, people, entry, salt or "", bool(later), registration, waiting)


def inside() -> sa.ColumnElement[bool]:
    """Those who gather, or were drawn and do not stand in line yet."""
    return sa.and_(BellEntry.left_at.is_(None), BellEntry.waiting_id.is_(None))


def in_the_way(ticket_type: TicketType, member_id: str) -> InTheWay | None:
    """What a member leaves before they gather for this ticket type: there is one place in line for each pool. One query."""
    waits = sa.exists().where(
        WaitingEntry.pool_id == ticket_type.pool_id,
        WaitingEntry.ticket_type_id == TicketType.id,
        WaitingEntry.member_id == member_id,
        WaitingEntry.state.in_(STILL_IN),
    )
    gathers = sa.exists().where(
        BellEntry.ticket_type_id == TicketType.id, BellEntry.member_id == member_id, inside()
    )
    statement = sa.select(TicketType, waits.label("waits")).where(
        TicketType.pool_id == ticket_type.pool_id,
        sa.or_(waits, sa.and_(gathers, TicketType.id != ticket_type.id)),
    )
    row = db.session.execute(statement.order_by(TicketType.position, TicketType.id).limit(1)).one_or_none()
    return InTheWay(row.TicketType, bool(row.waits)) if row else None


def gathered_for(event_id: str, member_id: str) -> list[TicketType]:
    """The ticket types of an event that a member gathers for. One query."""
    mine = sa.select(BellEntry.ticket_type_id).where(
        BellEntry.event_id == event_id, BellEntry.member_id == member_id, inside()
    )
    types = sa.select(TicketType).where(TicketType.id.in_(mine))
    return list(db.session.scalars(types.order_by(TicketType.position, TicketType.id)))


def was_drawn(event_id: str) -> bool:
    """Whether there was a draw that everybody may see: of sessions, or of a ticket type that was not hidden. One query."""
    belled = sa.select(TicketType.id).where(
        TicketType.event_id == event_id, TicketType.bell_closes_at.is_not(None), ~TicketType.hidden
    )
    found = sa.exists().where(
        sa.or_(
            sa.and_(Draw.owner_kind == SESSIONS, Draw.owner_id == event_id),
            sa.and_(Draw.owner_kind == BELL, Draw.owner_id.in_(belled)),
        )
    )
    return bool(db.session.scalar(sa.select(found)))


def draws_of(event: Event, viewer: Viewer | None, opened: Collection[str]) -> list[Drawn]:
    """All draws of an event, oldest first; those of hidden ticket types only for whom they are open or who took part."""
    belled = sa.select(TicketType).where(
        TicketType.event_id == event.id, TicketType.bell_closes_at.is_not(None)
    )
    types = {one.id: one for one in db.session.scalars(belled)}
    proofs = draws.proofs_of([(SESSIONS, event.id), *((BELL, type_id) for type_id in types)])
    mine = _entries_of(event, viewer) if viewer and proofs else {}
    found = [Drawn(one, types.get(one.owner_id), mine.get(one.id, [])) for one in proofs]
    return [one for one in found if not one.type or not one.type.hidden or one.type.id in opened or one.mine]


def get_draw(event: Event, draw_id: str) -> Draw:
    """A draw of this event. Raises NotFound."""
    found = db.session.get(Draw, draw_id)
    if found is not None and (found.owner_kind, found.owner_id) == (SESSIONS, event.id):
        return found
    kind = db.session.get(TicketType, found.owner_id) if found and found.owner_kind == BELL else None
    if found is None or kind is None or kind.event_id != event.id:
        raise NotFound(_("There is no such draw."))
    return found


def _own(ticket_type_id: str, member_id: str) -> Any:
    """Their entry, its salt, whether it comes later, and what came of it, as a row."""
    statement = (
        sa.select(BellEntry, DrawEntry.salt, DrawEntry.later, Registration, WaitingEntry)
        .outerjoin(Draw, sa.and_(Draw.owner_kind == BELL, Draw.owner_id == BellEntry.ticket_type_id))
        .outerjoin(DrawEntry, sa.and_(DrawEntry.draw_id == Draw.id, DrawEntry.entry_id == BellEntry.id))
        .outerjoin(WaitingEntry, WaitingEntry.id == BellEntry.waiting_id)
        .outerjoin(Registration, Registration.id == WaitingEntry.registration_id)
        .where(
            BellEntry.ticket_type_id == ticket_type_id,
            BellEntry.member_id == member_id,
            BellEntry.left_at.is_(None),
        )
    )
    return db.session.execute(statement, execution_options={"populate_existing": True}).one_or_none()


def _entries_of(event: Event, viewer: Viewer) -> dict[str, list[tuple[str, int | None]]]:
    """The viewer's entries in draws of this event, by draw: of bells under the entry's id, of sessions under the ticket's."""
    ids = sa.union(
        sa.select(BellEntry.id).where(BellEntry.event_id == event.id, BellEntry.member_id == viewer.id),
        sa.select(Registration.id).where(
            Registration.event_id == event.id, Registration.member_id == viewer.id
        ),
    )
    statement = sa.select(DrawEntry.draw_id, DrawEntry.entry_id, DrawEntry.place)
    found: dict[str, list[tuple[str, int | None]]] = {}
    for draw_id, entry_id, place in db.session.execute(statement.where(DrawEntry.entry_id.in_(ids))):
        found.setdefault(draw_id, []).append((entry_id, place))
    return found
