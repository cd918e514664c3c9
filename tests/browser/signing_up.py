"""Sign-ups of the demo's member on their way to a ticket: seats held, offered, and gone again; and what is sold out."""

from __future__ import annotations

from datetime import timedelta

from portal.core import clock
from portal.core.db import db
from portal.events.models import Event, Question, QuestionKind, Registration, TicketType
from portal.events.services import leaving
from tests.browser import people
from tests.browser.found import viewer_by
from tests.factories import events as make

#: seats stay held while all screens are looked at, on slow machines too
LOOKED_AT_FOR = timedelta(hours=3)


def signups_of_member() -> dict[str, str]:
    """A party that pays, with questions; one that was given up; an offer of the waiting list; every way a sale can stand."""
    member = viewer_by(people.MEMBER)
    kind = make.ticket_type(price=16800, admits=2, most_people=4, most_children=2)
    _ask(kind)
    paying = make.registration(kind, member, people=4, children=1, held=True)
    paying.hold_until = clock.now() + LOOKED_AT_FOR
    over = make.registration(make.ticket_type(price=8800), member, held=True)
    leaving.give_up(over)
    offered = _offer(member)
    slug = {one: db.session.get_one(Event, one.event_id).slug for one in (paying, over, offered)}
    return {
        "signup": f"{slug[paying]}/register/{paying.id}",
        "signup_over": f"{slug[over]}/register/{over.id}",
        "signup_offered": f"{slug[offered]}/register/{offered.id}",
        "sales": _all_sales(),
    }


def _ask(kind: TicketType) -> None:
    for position, what in enumerate(QuestionKind):
        db.session.add(
            Question(
                event_id=kind.event_id,
                position=position,
                kind=what,
                label_zh=f"想请你说说（{position + 1}）",
                label_en=f"Please tell us ({position + 1})",
                choices={
                    "all": [{"zh": "会一点", "en": "A little"}, {"zh": "想学", "en": "I want to learn"}]
                },
                required=what is QuestionKind.CHOICE,
            )
        )


def _offer(member: object) -> Registration:
    """Somebody gave back what this member waited for."""
    kind = make.ticket_type(capacity=2)
    full = make.registration(kind, people=2)
    entry = make.waiting_entry(kind, member, people=2)
    leaving.cancel(full, seen=0)
    db.session.refresh(entry)
    return db.session.get_one(Registration, entry.registration_id)


def _all_sales() -> str:
    """The address of an event whose tickets stand in every way that a sale can."""
    event, now = make.event(), clock.now()
    make.ticket_type(event, price=16800, admits=2, most_people=4, most_children=2)
    make.ticket_type(event, capacity=12)
    full = make.ticket_type(event, make.ticket_pool(event, 1), price=8800)
    make.registration(full)
    make.ticket_type(event, sale_starts_at=now + timedelta(days=3))
    make.ticket_type(event, bell_opens_at=now - timedelta(hours=1), bell_closes_at=now + timedelta(days=3))
    make.ticket_type(event, closed_at=now)
    return event.slug
