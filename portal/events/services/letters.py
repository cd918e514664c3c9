"""Letters of staff to those who signed up: written once, sent in steps, to each member once."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, insert_once, new_id
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.events.models import Event, EventLetter
from portal.events.queries.people import PeopleFilter, Show, reached
from portal.events.services import telling

LONGEST_SUBJECT, LONGEST_TEXT = 80, 2000


def write_letter(
    event: Event,
    *,
    subject: tuple[str, str],
    text: tuple[str, str],
    to: PeopleFilter,
    attempt: str,
    by: Viewer,
) -> EventLetter:
    """A letter that the worker sends; ``subject`` and ``text`` are Chinese and English, one of each is enough. The same form
    twice is one letter. Raises Invalid without words. Audited."""
    for zh, en, name in ((*subject, "subject"), (*text, "text")):
        if not (zh.strip() or en.strip()):
            raise Invalid(_("Please write it in at least one language."), field=f"{name}_zh")
    letter_id = new_id()
    made = insert_once(
        EventLetter,
        id=letter_id,
        event_id=event.id,
        by_id=by.id,
        subject_zh=subject[0].strip(),
        subject_en=subject[1].strip(),
        text_zh=text[0].strip(),
        text_en=text[1].strip(),
        segment={"show": to.show.value, "ticket_type_id": to.ticket_type_id},
        attempt=attempt,
        written_at=clock.now(),
        last_id="",
        reached=0,
    )
    if made:
        audit.record("event.letter", by=by, target_kind="event", target_id=event.id, letter=letter_id)
    return db.session.scalars(sa.select(EventLetter).where(EventLetter.attempt == attempt)).one()


def unsent() -> list[str]:
    waiting = sa.select(EventLetter.id).where(EventLetter.sent_at.is_(None))
    return list(db.session.scalars(waiting.order_by(EventLetter.written_at)))


def send_some(letter_id: str, limit: int) -> int:
    """Tell the next members of the segment, by id; returns how many. None left: it is sent. Who comes into the segment behind
    the last one told is reached as well. Two workers wait for each other."""
    letter = db.session.get_one(EventLetter, letter_id, with_for_update=True, populate_existing=True)
    if letter.sent_at is not None:
        return 0
    to = PeopleFilter(Show(letter.segment["show"]), letter.segment["ticket_type_id"])
    people = reached(letter.event_id, to).subquery()
    next_ones = sa.select(people.c.member_id).where(people.c.member_id > letter.last_id)
    found = list(db.session.scalars(next_ones.order_by(people.c.member_id).limit(limit)))
    if not found:
        letter.sent_at = clock.now()
        db.session.flush()
        return 0
    telling.letter(db.session.get_one(Event, letter.event_id), letter, found)
    letter.last_id, letter.reached = found[-1], letter.reached + len(found)
    db.session.flush()
    return len(found)
