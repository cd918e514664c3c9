"""What is over: last year's festival on two days, with who came and their stamps, and an afternoon in autumn."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, new_id
from portal.demo import events as words
from portal.events.demo.building import (
    Cast,
    add_badge,
    add_event,
    add_picture,
    add_pool,
    add_programme,
    add_type,
    gather,
    sign_up,
)
from portal.events.models import (
    Arrival,
    Event,
    EventDay,
    EventKind,
    EventSession,
    NoShow,
    Registration,
    Scan,
    ScanResult,
    Stamp,
    TicketType,
)
from portal.events.rules.afterwards import morning_after
from portal.events.services import afterwards, bells, confirming
from portal.events.services.confirming import Details
from portal.rewards.models import Deed
from portal.rewards.services import award_badge
from portal.surveys import services as surveys
from portal.surveys.models import Survey, SurveyInvitation

#: the same evening that the rewards' demo gave its deeds for
FESTIVAL_AGO, SALON_AGO = timedelta(days=212), timedelta(days=9)
#: of those who came, every so many-th came on the second day too
BOTH_DAYS = 3


def load(cast: Cast) -> None:
    festival(cast)
    salon(cast)


def festival(cast: Cast) -> None:
    """Who has the deed of that day was there."""
    first = brand.shop_day(cast.now - FESTIVAL_AGO)
    days = [first, first + timedelta(days=1)]
    with clock.travel(cast.now - FESTIVAL_AGO - timedelta(days=60)):
        badge = add_badge("festival-2", words.BADGE, words.BADGE_TEXT, 20, cast.owner)
        event = add_event(
            cast,
            "fan-festival-2",
            EventKind.FESTIVAL,
            words.LAST_FESTIVAL,
            words.LAST_LEAD,
            days=days,
            capacity=400,
            edition=2,
            region="上海",
            place_zh=words.PLACE.zh,
            place_en=words.PLACE.en,
            way_zh=words.WAY.zh,
            way_en=words.WAY.en,
            hashtag_id=cast.hashtag_id,
            badge_id=badge.id,
        )
        add_picture(event, 5, by=cast.owner, alt=words.FESTIVAL_PICTURE)
        pool = add_pool(event, 400)
        kind = add_type(pool, event, words.FREE, words.FREE_NOTE, capacity=400, position=0)
        sessions = add_programme(event, days)
        came = [member for member in cast.people.values() if member.id in _had_deed()]
        missed = [one for one in cast.others() if one.id not in {each.id for each in came}][:2]
        tickets = [sign_up(kind, member, people=1 + number % 3 // 2) for number, member in enumerate(came)]
        silent = [sign_up(kind, member) for member in missed]
    _arrive(event, tickets, sessions)
    for one in tickets:
        award_badge(badge.id, one.member_id, why="第二届禾友节", by=None)
    for one in silent:
        noted = event.ends_at + timedelta(hours=12)
        db.session.add(
            NoShow(event_id=event.id, registration_id=one.id, member_id=one.member_id, noted_at=noted)
        )
    db.session.flush()


def salon(cast: Cast) -> None:
    """A small one, a while ago."""
    day = brand.shop_day(cast.now - SALON_AGO)
    with clock.travel(cast.now - SALON_AGO - timedelta(days=20)):
        event = add_event(
            cast,
            "autumn-thread",
            EventKind.SALON,
            words.PAST_SALON,
            words.PAST_SALON_LEAD,
            days=[day],
            opens=14 * 60,
            closes=17 * 60,
            capacity=20,
            region="杭州",
            place_zh=words.SALON_PLACE.zh,
            place_en=words.SALON_PLACE.en,
            way_zh=words.SALON_WAY.zh,
            way_en=words.SALON_WAY.en,
        )
        kind = add_type(
            add_pool(event, 13),
            event,
            words.SEAT,
            words.SEAT_NOTE,
            capacity=13,
            position=0,
            bell_opens_at=clock.now(),
            bell_closes_at=clock.now() + timedelta(days=1),
        )
        gather(kind, [cast.people["xiaoman"], *cast.others("mira", "xiaoman")[:12]])
    with clock.travel(cast.now - SALON_AGO - timedelta(days=18)):
        tickets = _ring(kind)
    _arrive(event, tickets, [])
    _refuse(event, tickets)
    _survey(event)


def _ring(kind: TicketType) -> list[Registration]:
    """Everybody whom the bell gave a stool says yes; there were as many as stools."""
    while bells.ring(kind.event_id, kind.id):
        pass
    held = sa.select(Registration).where(Registration.ticket_type_id == kind.id).order_by(Registration.id)
    found = list(db.session.scalars(held))
    for one in found:
        by = viewer_of(one.member_id)
        confirming.give_details(one, Details(name=by.display_name, show_face=True), by=by)
    return found


def _survey(event: Event) -> None:
    """They are asked the morning after; most answer within some days, Xiaoman has not yet."""
    morning = morning_after(event.ends_at, brand.current().time_zone)
    with clock.travel(morning):
        afterwards.ask_some(event.id, 100)
    asked = db.session.scalars(
        sa.select(SurveyInvitation)
        .join(Survey, Survey.id == SurveyInvitation.survey_id)
        .join(Member, Member.id == SurveyInvitation.member_id)
        .where(Survey.subject_id == event.id, Member.email != "xiaoman@demo.example")
        .order_by(Member.number)
    )
    for number, (invited, (score, said)) in enumerate(zip(asked, words.SAID, strict=False)):
        with clock.travel(morning + timedelta(hours=3 + 7 * number)):
            surveys.answer(invited.survey_id, score, said, by=viewer_of(invited.member_id))


def _had_deed() -> set[str]:
    mine = sa.select(Deed.member_id).where(Deed.kind == "check_in", Deed.turn == 0)
    return set(db.session.scalars(mine))


def _arrive(event: Event, tickets: list[Registration], sessions: list[EventSession]) -> None:
    """They came one after the other in the first two hours; some of them on every day."""
    days = db.session.scalars(sa.select(EventDay).where(EventDay.event_id == event.id).order_by(EventDay.day))
    for number, day in enumerate(days):
        for order, one in enumerate(tickets):
            if number and order % BOTH_DAYS:
                continue
            at = day.starts_at + timedelta(minutes=4 * order + 2)
            _admit(event, day, one, at)
            _stamp_sessions(event, day, one, at, sessions[order % 2 :: 2])
    db.session.flush()


def _admit(event: Event, day: EventDay, one: Registration, at: datetime) -> None:
    place = day.arrived + 1
    day.arrived += one.people + one.children
    db.session.add(
        Arrival(
            registration_id=one.id,
            day_id=day.id,
            people=one.people + one.children,
            place=place,
            first_at=at,
            last_at=at,
            door="A",
        )
    )
    _scan(event, day, one, at, ScanResult.ADMITTED)
    _stamp(event, one, day.id, None, at)


def _scan(event: Event, day: EventDay, one: Registration, at: datetime, result: ScanResult) -> None:
    """What the door saw, with the ticket's code read and not typed."""
    made = Scan(nonce=new_id(), event_id=event.id, day_id=day.id, registration_id=one.id, code=one.code)
    made.sealed, made.door, made.by_id = True, "A", _at_the_door()
    made.people = one.people + one.children if result is ScanResult.ADMITTED else 0
    made.result, made.at, made.told_at = result, at, at
    db.session.add(made)


def _refuse(event: Event, tickets: list[Registration]) -> None:
    """Two come through the door twice."""
    day = db.session.scalars(sa.select(EventDay).where(EventDay.event_id == event.id)).one()
    for number, one in enumerate(tickets[:2]):
        at = day.starts_at + timedelta(minutes=50 + 20 * number)
        _scan(event, day, one, at, ScanResult.DUPLICATE)
    db.session.flush()


def _at_the_door() -> str:
    return db.session.scalars(sa.select(Member.id).where(Member.email == "host@demo.example")).one()


def _stamp_sessions(
    event: Event, day: EventDay, one: Registration, at: datetime, sessions: list[EventSession]
) -> None:
    for session in sessions:
        if day.starts_at <= session.starts_at < day.ends_at and session.starts_at > at:
            _stamp(event, one, session.id, session.id, session.starts_at + timedelta(minutes=5))


def _stamp(event: Event, one: Registration, place: str, session_id: str | None, at: datetime) -> None:
    made = Stamp(event_id=event.id, registration_id=one.id, member_id=one.member_id, place=place, at=at)
    made.session_id = session_id
    db.session.add(made)
