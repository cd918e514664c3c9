"""What stands around events: a calendar's address, surveys before and after an answer, days that somebody missed."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import db
from portal.events.models import Event, NoShow
from portal.events.services import feeds
from tests.browser import people
from tests.browser.found import LONG_WORD, viewer_by
from tests.factories import surveys

SAID = (
    "排队的时候有人递热茶，一下子就不冷了。",
    "修包的师傅说得太快，想再听一遍。",
    LONG_WORD,
    "",
    "换线摊 🧵 应该留到最后一小时。",
    "It was the first time that I came alone, and I did not leave alone.",
)


def around_events() -> dict[str, str]:
    """All of it, for the member; and one of the missed days of the demo, with words."""
    me = viewer_by(people.MEMBER)
    feeds.open_feed(by=me)
    others = _others(me.id)
    asked = surveys.survey(me.id)
    answered = surveys.survey(me.id, *others, name_zh="一针一线的下午", name_en="An afternoon with thread")
    surveys.survey_answer(answered, me.id, 5, SAID[0])
    for place, (member_id, words) in enumerate(zip(others, SAID, strict=False)):
        surveys.survey_answer(answered, member_id, 5 - place % 4, words)
    closed = surveys.survey(me.id)
    closed.opens_at, closed.closes_at = clock.now() - clock.days(30), clock.now() - clock.days(9)
    names = {"survey": asked, "survey_answered": answered, "survey_closed": closed}
    return {name: one.id for name, one in names.items()} | _missed(me.id)


def _others(member_id: str) -> list[str]:
    there = sa.select(Member.id).where(Member.state == MemberState.ACTIVE, Member.id != member_id)
    return list(db.session.scalars(there.order_by(Member.id).limit(len(SAID))))


def _missed(member_id: str) -> dict[str, str]:
    """The demo's no-shows, of whom one says why; and one becomes the member's own."""
    noted = db.session.scalars(sa.select(NoShow).order_by(NoShow.id)).all()
    assert noted, "the demo has somebody who did not come"
    event = db.session.get_one(Event, noted[0].event_id)
    noted[0].words, noted[0].appealed_at = "路上堵了三个小时，到的时候已经散场了。", clock.now()
    noted[-1].member_id = member_id
    db.session.flush()
    return {"missed_event": event.slug}
