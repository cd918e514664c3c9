"""The demo’s festival as staff make it: one of each of its parts, for the pages of the studio."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core.db import db, new_id
from portal.events.models import (
    Event,
    EventDay,
    EventKind,
    EventLetter,
    EventSession,
    Question,
    Registration,
    TicketType,
    Venue,
)
from portal.events.queries.people import PeopleFilter
from portal.events.services import letters
from tests.factories import events as make

FESTIVAL = "fan-festival-3"


def parts_of_festival() -> dict[str, str]:
    """One of each part that has a page of its own; and an event that nobody has touched yet."""
    event_id = db.session.scalars(sa.select(Event.id).where(Event.slug == FESTIVAL)).one()

    def first(model: Any) -> Any:
        mine = sa.select(model).where(model.event_id == event_id).order_by(model.id).limit(1)
        return db.session.scalars(mine).one()

    ticket = first(TicketType)
    return {
        "fest_day": first(EventDay).id,
        "fest_venue": first(Venue).id,
        "fest_session": first(EventSession).id,
        "fest_question": first(Question).id,
        "fest_ticket": ticket.id,
        "fest_pool": ticket.pool_id,
        "fest_party": first(Registration).id,
        "fest_letter": _letter(event_id).id,
        "untouched_slug": make.event(name_zh="织补课", name_en="Darning class", kind=EventKind.SALON).slug,
    }


def _letter(event_id: str) -> EventLetter:
    """Word to everybody who comes."""
    owner = db.session.scalars(sa.select(Member).where(Member.email == "owner@demo.example")).one()
    return letters.write_letter(
        db.session.get_one(Event, event_id),
        subject=("换了入口", "Another entrance"),
        text=(
            "江边在修路，请走北门。\n\n带伞，晚上可能有雨。",
            "The river path is closed, please take the north gate.",
        ),
        to=PeopleFilter(),
        attempt=new_id(),
        by=viewer_of(owner.id),
    )
