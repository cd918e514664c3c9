"""What is coming: the third festival on sale, a salon that is full, a gathering for the bell, an evening online, a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

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
    sign_up,
    sunday_after,
)
from portal.events.models import Event, EventKind, Pledge, PledgeState, Question, QuestionKind, TicketType
from portal.events.queries.standing import standing_of
from portal.events.queries.studio import questions_of
from portal.events.services import confirming, holding, leaving, lines, paying
from portal.events.services.confirming import Details
from portal.events.services.placing import Party
from portal.membership.models import Tier
from portal.payments import services as payments
from portal.payments.queries import providers_on

COMING = 46


def load(cast: Cast) -> None:
    with clock.travel(cast.now - timedelta(days=12)):
        festival = _festival(cast)
        salon = _salon(cast)
        _bell(cast)
        _online(cast)
        _draft(cast)
    _people(cast, festival)
    _pledge(cast, festival["free"].event_id)
    _pays(cast, festival["pair"])
    _crowd(cast, salon)


def _festival(cast: Cast) -> dict[str, TicketType]:
    day = sunday_after(cast.now, 21)
    badge = add_badge("festival-3", words.BADGE_NOW, words.BADGE_TEXT, 14, cast.owner)
    event = add_event(
        cast,
        "fan-festival-3",
        EventKind.FESTIVAL,
        words.FESTIVAL,
        words.FESTIVAL_LEAD,
        days=[day],
        capacity=700,
        edition=3,
        region="上海",
        text_zh=words.FESTIVAL_TEXT.zh,
        text_en=words.FESTIVAL_TEXT.en,
        place_zh=words.PLACE.zh,
        place_en=words.PLACE.en,
        way_zh=words.WAY.zh,
        way_en=words.WAY.en,
        hashtag_id=cast.hashtag_id,
        badge_id=badge.id,
        wishes_until=clock.now() + timedelta(days=28),
    )
    add_picture(event, 3, by=cast.owner, alt=words.FESTIVAL_PICTURE)
    add_programme(event, [day])
    pool, family = add_pool(event, 660, reserved=20), add_pool(event, 40, name=words.FAMILY)
    kinds = {
        "golden": add_type(
            pool, event, words.GOLDEN, words.GOLDEN_NOTE, capacity=80, position=0, tier_id=_tier("炉边会员"),
            early_minutes=30, most_people=2,
        ),
        "free": add_type(
            pool, event, words.FREE, words.FREE_NOTE, capacity=500, position=1, most_children=2
        ),
        "pair": add_type(
            pool, event, words.PAIR, words.PAIR_NOTE, capacity=84, position=2, price=16800, admits=2,
            most_people=4, most_children=2,
        ),
        "early": add_type(
            pool, event, words.EARLY, words.EARLY_NOTE, capacity=6, position=3, price=0, most_people=2
        ),
        "hidden": add_type(
            family, event, words.HIDDEN, words.HIDDEN_NOTE, capacity=40, position=4, hidden=True
        ),
    }  # fmt: skip
    _ask(event)
    return kinds


def _ask(event: Event) -> None:
    levels = {"all": [{"zh": level.zh, "en": level.en} for level in words.LEVELS]}
    db.session.add_all(
        [
            Question(
                event_id=event.id, position=0, kind=QuestionKind.LINE,
                label_zh=words.BRING.zh, label_en=words.BRING.en,
            ),
            Question(
                event_id=event.id, position=1, kind=QuestionKind.CHOICE, choices=levels,
                label_zh=words.LEVEL.zh, label_en=words.LEVEL.en,
            ),
        ]
    )  # fmt: skip
    db.session.flush()


def _salon(cast: Cast) -> TicketType:
    day = brand.shop_day(cast.now) + timedelta(days=9)
    event = add_event(
        cast,
        "mending-night",
        EventKind.SALON,
        words.SALON,
        words.SALON_LEAD,
        days=[day],
        opens=19 * 60,
        closes=21 * 60 + 30,
        capacity=12,
        region="杭州",
        place_zh=words.SALON_PLACE.zh,
        place_en=words.SALON_PLACE.en,
        way_zh=words.SALON_WAY.zh,
        way_en=words.SALON_WAY.en,
    )
    return add_type(
        add_pool(event, 12), event, words.SEAT, words.SEAT_NOTE, capacity=12, position=0, most_people=3
    )


def _bell(cast: Cast) -> None:
    """Everybody may gather now; the bell rings tomorrow."""
    day = brand.shop_day(cast.now) + timedelta(days=40)
    event = add_event(
        cast,
        "first-stitch-of-the-year",
        EventKind.HOLIDAY,
        words.BELL,
        words.BELL_LEAD,
        days=[day],
        opens=10 * 60,
        closes=12 * 60,
        capacity=30,
        region="杭州",
        place_zh=words.SALON_PLACE.zh,
        place_en=words.SALON_PLACE.en,
        way_zh=words.SALON_WAY.zh,
        way_en=words.SALON_WAY.en,
    )
    add_type(
        add_pool(event, 30),
        event,
        words.SEAT,
        words.SEAT_NOTE,
        capacity=30,
        position=0,
        bell_opens_at=cast.now - timedelta(hours=5),
        bell_closes_at=cast.now + timedelta(hours=30),
    )


def _online(cast: Cast) -> None:
    day = brand.shop_day(cast.now) + timedelta(days=5)
    event = add_event(
        cast,
        "keeping-leather-well",
        EventKind.ONLINE,
        words.ONLINE,
        words.ONLINE_LEAD,
        days=[day],
        opens=20 * 60,
        closes=21 * 60,
        capacity=500,
        online_url="https://live.zhaohe.example/room/leather",
    )
    kind = add_type(add_pool(event, 500), event, words.FREE, words.FREE_NOTE, capacity=500, position=0)
    for member in cast.others("xiaoman", "mira")[:17]:
        sign_up(kind, member)


def _draft(cast: Cast) -> None:
    """Nearly ready: a picture is still missing."""
    event = add_event(
        cast,
        "first-walk-of-spring",
        EventKind.HOLIDAY,
        words.DRAFT,
        words.DRAFT_LEAD,
        days=[sunday_after(cast.now, 120)],
        opens=9 * 60,
        closes=15 * 60,
        capacity=60,
        region="杭州",
        text_zh=words.DRAFT_TEXT.zh,
        text_en=words.DRAFT_TEXT.en,
        place_zh=words.DRAFT_PLACE.zh,
        place_en=words.DRAFT_PLACE.en,
        published_at=None,
    )
    pool = add_pool(event, 60)
    add_type(
        pool, event, words.WALK, words.WALK_NOTE, capacity=60, position=0, most_people=4, most_children=3
    )


def _people(cast: Cast, kinds: dict[str, TicketType]) -> None:
    """Xiaoman comes with a friend and a child, Coco by her tier; the early birds are gone."""
    asked = questions_of(kinds["free"].event_id)
    with clock.travel(cast.now - timedelta(days=9)):
        xiaoman = cast.people["xiaoman"]
        answers = _answers(asked, 1)
        sign_up(kinds["free"], xiaoman, people=2, children=1, guests=("阿禾", "豆豆"), answers=answers)
        for member in cast.others("xiaoman", "coco", "mira")[:6]:
            sign_up(kinds["early"], member)
    with clock.travel(cast.now - timedelta(days=6)):
        if kinds["golden"].tier_id in standing_of(viewer_of(cast.people["coco"].id)).tier_ids:
            sign_up(kinds["golden"], cast.people["coco"])
        for number, member in enumerate(cast.others("xiaoman", "coco", "mira")[:COMING]):
            if holding.find_live(kinds["early"].id, member.id) is None:
                face, answers = number % 5 != 0, _answers(asked, number)
                sign_up(kinds["free"], member, people=1 + number % 3, show_face=face, answers=answers)


def _answers(asked: Sequence[Question], number: int) -> dict[str, Any]:
    """Most of them say which bag they bring, all of them how much they have sewn."""
    bag, level = asked
    said = {level.id: words.LEVELS[number % len(words.LEVELS)].zh}
    return said | ({bag.id: words.BROUGHT[number % len(words.BROUGHT)]} if number % 4 else {})


def _pledge(cast: Cast, event_id: str) -> None:
    """What some of them promised to bring, mend or give."""
    for number, (name, said) in enumerate(words.PLEDGES):
        at = cast.now - timedelta(days=5, hours=-number)
        made = Pledge(event_id=event_id, member_id=cast.people[name].id, words=said.zh or said.en, at=at)
        made.state = PledgeState.SHOWN
        db.session.add(made)
    db.session.flush()


def _pays(cast: Cast, kind: TicketType) -> None:
    """Mira brings a friend, and pays for it."""
    if not any(way.name == "sandbox" for way in providers_on(kind.currency)):
        return
    by = viewer_of(cast.people["mira"].id)
    with clock.travel(cast.now - timedelta(days=4)):
        held = holding.hold_seats(kind, Party(2), attempt=new_id(), by=by, standing=standing_of(by))
        confirming.give_details(held, Details(name="Mira Tan", guests=("Jun",), show_face=True), by=by)
        payment = paying.begin(held, provider="sandbox", by=by, return_path="/me/tickets")
        payments.pay_with_play_money(payment.id)


def _crowd(cast: Cast, kind: TicketType) -> None:
    """The salon is full: Xiaoman waits in line, Coco has an offer since somebody gave a stool back."""
    people = cast.others("xiaoman", "coco", "mira")
    with clock.travel(cast.now - timedelta(days=5)):
        tickets = [sign_up(kind, member) for member in people[:12]]
        for name, party in (("coco", 1), ("xiaoman", 2), ("mira", 1)):
            by = viewer_of(cast.people[name].id)
            lines.join(kind, Party(party), by=by, standing=standing_of(by))
    with clock.travel(cast.now - timedelta(hours=3)):
        leaving.cancel(tickets[0], seen=0)


def _tier(name_zh: str) -> str | None:
    return db.session.scalar(sa.select(Tier.id).where(Tier.name_zh == name_zh))
