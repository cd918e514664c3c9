"""What follows when an event is over: everybody who came is asked how it was. Where nobody can tell who came (online, or where
the door was not used), everybody with a ticket is."""

from __future__ import annotations

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db
from portal.events.models import Event, Registration, RegistrationState, TicketType
from portal.events.queries.no_shows import arrived, door_used
from portal.events.rules.afterwards import LOOK_BACK, OPEN_FOR, morning_after
from portal.surveys import services as surveys
from portal.surveys.models import Survey, SurveyInvitation

#: what surveys call our things
SURVEY = "event"


def over() -> list[str]:
    """Events that ended lately, and whose next morning has come. One query."""
    now, zone = clock.now(), brand.current().time_zone
    ended = sa.select(Event.id, Event.ends_at).where(
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
        Event.ends_at <= now,
        Event.ends_at > now - LOOK_BACK,
    )
    rows = db.session.execute(ended.order_by(Event.ends_at, Event.id))
    return [event_id for event_id, ends_at in rows if morning_after(ends_at, zone) <= now]


def ask_some(event_id: str, limit: int) -> int:
    """Invite the next of those who came, or may have come, to the event's survey, which opens with the first of them. Returns how
    many are new; 0 when everybody was asked, or nobody came."""
    asked = sa.exists().where(
        SurveyInvitation.member_id == Registration.member_id,
        SurveyInvitation.survey_id == Survey.id,
        Survey.kind == SURVEY,
        Survey.subject_id == event_id,
    )
    may_have_come = sa.and_(Registration.state == RegistrationState.CONFIRMED, ~door_used())
    came = (
        sa.select(Registration.member_id)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
        .where(Registration.event_id == event_id, sa.or_(arrived(), may_have_come), ~asked)
        .distinct()
        .order_by(Registration.member_id)
        .limit(limit)
    )
    members = list(db.session.scalars(came))
    if not members:
        return 0
    event = db.session.get_one(Event, event_id)
    opens_at = morning_after(event.ends_at, brand.current().time_zone)
    survey = surveys.open_survey(
        SURVEY,
        event.id,
        name_zh=event.name_zh,
        name_en=event.name_en,
        opens_at=opens_at,
        closes_at=opens_at + OPEN_FOR,
    )
    return surveys.invite(survey, members)
