"""What is over: last year's festival on two days, with who came and their stamps, and an afternoon in autumn."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db
from portal.demo import events as words
from portal.events.demo.building import (
    Cast,
    add_badge,
    add_event,
    add_picture,
    add_pool,
    add_programme,
    add_type,
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
    Stamp,
)
from portal.rewards.models import Deed
from portal.rewards.services import award_badge

#: the same evening that the rewards' demo gave its deeds for
FESTIVAL_AGO, SALON_AGO = timedelta(days=212), timedelta(days=40)
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
        kind = add_type(add_pool(event, 20), event, words.SEAT, words.SEAT_NOTE, capacity=20, position=0)
        tickets = [sign_up(kind, member) for member in cast.others("mira")[:13]]
    _arrive(event, tickets, [])


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
    _stamp(event, one, day.id, None, at)


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
