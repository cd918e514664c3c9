"""Whether an event's page speaks of a draw: of sessions or of a bell, and never of a ticket type that is hidden."""

from __future__ import annotations

from portal.core.db import db, transaction
from portal.events.models import TicketType
from portal.events.queries.bells import was_drawn
from tests.make import Make


def test_a_draw_of_sessions_belongs_to_its_event(make: Make) -> None:
    event, other = make.event(), make.event()
    assert not was_drawn(event.id)
    make.session_draw(event)
    assert was_drawn(event.id) and not was_drawn(other.id)


def test_a_bell_is_spoken_of_once_its_draw_is_announced_and_while_it_is_not_hidden(make: Make) -> None:
    event = make.event()
    kind = make.belled_type(event)
    assert not was_drawn(event.id)
    make.bell_entry(kind)
    assert was_drawn(event.id)
    with transaction():
        db.session.get_one(TicketType, kind.id).hidden = True
    assert not was_drawn(event.id)
