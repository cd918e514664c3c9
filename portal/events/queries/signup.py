"""One sign-up on its way to a ticket, as its buyer goes through it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.money import Money
from portal.events.models import Event, Guest, Question, Registration, TicketType


@dataclass(frozen=True, slots=True)
class Signup:
    """A registration with all that its page needs."""

    registration: Registration
    event: Event
    type: TicketType
    guests: list[Guest]
    questions: list[Question]

    @property
    def due(self) -> Money:
        return Money(self.registration.amount, self.registration.currency)

    @property
    def beside(self) -> list[Guest]:
        """Who comes along: everybody but who holds the ticket."""
        return self.guests[1:]


def get_own_signup(viewer: Viewer, slug: str, registration_id: str) -> Signup:
    """What this viewer signed up for, at this event. Three queries. Raises NotFound for everything else."""
    row = db.session.execute(
        _OWN, {"registration": registration_id, "buyer": viewer.id, "slug": slug}
    ).first()
    if row is None:
        raise NotFound(_("There is no sign-up of yours at this address."))
    registration, event, kind = row
    return Signup(registration, event, kind, guests_of(registration.id), questions_for(kind))


def guests_of(registration_id: str) -> list[Guest]:
    """In their order, who holds the ticket first. One query."""
    return list(db.session.scalars(_PARTY, {"registration": registration_id}))


def questions_for(kind: TicketType) -> list[Question]:
    """What is asked of who takes this ticket, in its order. One query."""
    return list(db.session.scalars(_ASKED, {"event": kind.event_id, "type": kind.id}))


def typed_before(signup: Signup) -> Registration | None:
    """The newest other sign-up of this buyer at the same event in which they typed something: so nobody types it twice. What
    was passed on holds the words of somebody else."""
    buyer = signup.registration.buyer_id
    mine = sa.select(Registration).where(
        Registration.buyer_id == buyer,
        Registration.member_id == buyer,
        Registration.event_id == signup.event.id,
        Registration.id != signup.registration.id,
        Registration.name != "",
    )
    return db.session.scalar(mine.order_by(Registration.held_at.desc(), Registration.id.desc()).limit(1))


# ------------------------------------------------------------------ written out once: everybody's way to a ticket leads here

_OWN = (
    sa.select(Registration, Event, TicketType)
    .join(Event, Event.id == Registration.event_id)
    .join(TicketType, TicketType.id == Registration.ticket_type_id)
    .where(
        Registration.id == sa.bindparam("registration"),
        Registration.buyer_id == sa.bindparam("buyer"),
        Event.slug == sa.bindparam("slug"),
    )
    .execution_options(populate_existing=True)
)
_PARTY = (
    sa.select(Guest).where(Guest.registration_id == sa.bindparam("registration")).order_by(Guest.position)
)
_ASKED = (
    sa.select(Question)
    .where(
        Question.event_id == sa.bindparam("event"),
        Question.removed_at.is_(None),
        sa.or_(Question.ticket_type_id.is_(None), Question.ticket_type_id == sa.bindparam("type")),
    )
    .order_by(Question.position, Question.id)
)
