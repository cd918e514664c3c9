"""Days that the house greets, each once. How a greeting reaches its member is a matter of the contact budget; what is
given with it is theirs whatever becomes of the message."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.db import changed_rows, db, insert_missing, new_id
from portal.core.errors import Conflict
from portal.core.links import path_to
from portal.membership.models import Greeting, Perk, Ritual, RitualKind
from portal.membership.queries.access import perks_of
from portal.membership.queries.rituals import PRESENT, Wish, products_of_day, whose_day
from portal.notifications.services import take_touches_back, touch
from portal.rewards import services as rewards
from portal.rewards.models import CouponPool

#: a greeting that could not come within these days, its own and the next, does not come at all
FRESH = timedelta(days=2)
#: members in one transaction: a gift takes several statements each
AT_ONCE, WITH_GIFT = 200, 40
SOURCE = "ritual"


def active_rituals() -> list[str]:
    """Ids of the rituals that are switched on."""
    return list(db.session.scalars(sa.select(Ritual.id).where(Ritual.active).order_by(Ritual.id)))


def greet_some(ritual_id: str) -> int:
    """Greet the next of those whose day is today, shop time: their rows, what is given with them, their messages. While
    a greeting is fresh, those come first whom a worker that stood still has left over.

    Returns how many were found; 0 when all are greeted. Twice, by two workers, or after a kill: once each.
    """
    ritual = db.session.get(Ritual, ritual_id, populate_existing=True)
    if ritual is None or not ritual.active:
        return 0
    for day in _fresh_days(ritual):
        wishes = whose_day(ritual, day, WITH_GIFT if ritual.has_gift else AT_ONCE)
        if wishes:
            _say(ritual, day, [_with_gift(ritual, wish, row) for wish, row in _note(ritual, wishes)])
            return len(wishes)
    return 0


def take_back_lost(member_ids: Iterable[str]) -> None:
    """What these members own changed: a greeting for something they do not own any more is not said."""
    days = {int(f"{day:%Y%m%d}"): day for day in _days_until(brand.shop_day(clock.now()))}
    greetings = db.session.scalars(
        sa.select(Greeting).where(
            Greeting.ritual_id == RitualKind.PRODUCT_DAY.value,
            Greeting.turn.in_(days),
            Greeting.member_id.in_(list(member_ids)),
        )
    ).all()
    greetings = sorted(greetings, key=lambda greeting: greeting.member_id)  # as they are held who hear it now
    for turn in {greeting.turn for greeting in greetings}:
        owned = {(first.member_id, first.product_id) for first in products_of_day(days[turn])}
        for greeting in (one for one in greetings if one.turn == turn):
            told = {(greeting.member_id, product_id) for product_id in greeting.facts["products"]}
            if not told <= owned:
                _unsay(greeting)


def _days_until(today: date) -> list[date]:
    """Whose greetings are fresh, the oldest first."""
    return [today - timedelta(days=ago) for ago in reversed(range(FRESH.days))]


def _fresh_days(ritual: Ritual) -> list[date]:
    """Today, and before it the days on which the ritual stood as it stands now: what staff add, change or switch on is
    greeted from that day on."""
    acts = audit.entries_of("ritual", ritual.id, limit=1)
    since = brand.shop_day(max([ritual.created_at, *(act.at for act in acts)]))
    today = brand.shop_day(clock.now())
    return [day for day in _days_until(today) if day >= since or day == today]


def _unsay(greeting: Greeting) -> None:
    """What was given stays given, and then the row stays too."""
    take_touches_back(_group(RitualKind.PRODUCT_DAY.value, greeting.turn, greeting.member_id))
    nothing = (Greeting.points == 0, Greeting.coupon_id.is_(None))
    changed_rows(sa.delete(Greeting).where(Greeting.id == greeting.id, *nothing))


def _note(ritual: Ritual, wishes: list[Wish]) -> list[tuple[Wish, str]]:
    """The rows of those who are still there and whom nobody else greeted meanwhile, with the ids of their rows.

    Who is being erased is waited for, and left out: their row would come after everything else of them went.
    """
    there = sa.select(Member.id).where(Member.id.in_([wish.member_id for wish in wishes]), PRESENT)
    held = there.order_by(Member.id).with_for_update(read=True, key_share=True)
    present = set(db.session.scalars(held)) if wishes else set()
    ours = {new_id(): wish for wish in wishes if wish.member_id in present}
    usual = {"ritual_id": ritual.id, "points": 0, "coupon_id": None, "missed": False, "at": clock.now()}
    rows = [
        {"id": row_id, "member_id": wish.member_id, "turn": wish.turn, "facts": wish.facts, **usual}
        for row_id, wish in ours.items()
    ]
    insert_missing(Greeting, rows)
    stored = db.session.scalars(sa.select(Greeting.id).where(Greeting.id.in_(ours)))
    return sorted(((ours[row_id], row_id) for row_id in stored), key=lambda pair: pair[0].member_id)


def _with_gift(ritual: Ritual, wish: Wish, row_id: str) -> Wish:
    """Give what belongs to the day, and let the message tell of exactly that: of nothing, when the pool is empty."""
    if not ritual.has_gift:
        return wish
    if ritual.kind is RitualKind.BIRTHDAY and not perks_of(wish.member_id)[Perk.BIRTHDAY_GIFT]:
        return wish
    given, gift, path = _give(ritual, wish.member_id, row_id)
    changed_rows(sa.update(Greeting).where(Greeting.id == row_id).values(**given))
    return replace(wish, facts=wish.facts | {"gift": gift}, path=path) if gift else wish


def _give(ritual: Ritual, member_id: str, row_id: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """(columns of the row, facts for the sentence, where it is found). The row is the source, so it gives once."""
    if ritual.pool_id is None:
        rewards.earn_points(member_id, ritual.points, source_kind=SOURCE, source_id=row_id)
        return {"points": ritual.points}, {"points": ritual.points}, path_to("rewards.points")
    try:
        coupon = rewards.hand_out_coupon(
            ritual.pool_id, member_id, source_kind=SOURCE, source_id=row_id, tell=False
        )
    except Conflict:
        return {"missed": True}, {}, ""
    pool = db.session.get_one(CouponPool, ritual.pool_id)
    return (
        {"coupon_id": coupon.id},
        {"name_zh": pool.name_zh, "name_en": pool.name_en},
        path_to("rewards.coupons"),
    )


def _say(ritual: Ritual, day: date, wishes: list[Wish]) -> None:
    """One call for all to whom the same is said; until its time is over, however late it was thought of."""
    over = clock.day_start(day + FRESH, brand.current().time_zone)
    alike: dict[str, list[Wish]] = {}
    for wish in wishes:
        one_each = wish.member_id if ritual.kind is RitualKind.PRODUCT_DAY else ""
        alike.setdefault(json.dumps([wish.turn, wish.facts, wish.path, one_each], sort_keys=True), []).append(
            wish
        )
    for same in alike.values():
        touch(
            [wish.member_id for wish in same],
            f"membership.{ritual.kind.value}",
            path=same[0].path,
            group=_group(ritual.id, same[0].turn, same[0].member_id),
            expires_in=over - clock.now(),
            **same[0].facts,
        )


def _group(ritual_id: str, turn: int, member_id: str) -> str:
    """Product days are taken back one by one, so each has a group of its own."""
    group = f"membership:{ritual_id}:{turn}"
    return f"{group}:{member_id}" if ritual_id == RitualKind.PRODUCT_DAY else group
