"""Two years of the demo's shop: members who come back, guests, dealers, and everything that does not count."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.orders.importing import generic, steps
from portal.orders.importing.reading import Read
from portal.orders.models import OrderKind, OrderStatus
from portal.orders.services import Line, Refund, Told, claim_order, name_code, save_orders

DAYS = 730
BATCH = 150
CURRENCY = "CNY"
STAFF = ("owner", "manager", "host", "moderator", "analyst")
CHANNELS = ("天猫旗舰店", "官网小程序", "西湖店", "武康路店")
DEALERS = ("成都 · 木棉集", "西安 · 城南旧物", "广州 · 一沙一铺")
#: guests who bought and never joined, by how many orders they have
GUESTS = (90, 30, 12)
NAMELESS = 55
NAMES = ("王", "李", "张", "陈", "杨", "赵", "周", "吴", "徐", "孙", "朱", "何", "郭", "林", "罗")
GIVEN = (
    "雨桐",
    "思远",
    "一鸣",
    "若溪",
    "建国",
    "小芸",
    "子涵",
    "晓东",
    "文静",
    "海燕",
    "家豪",
    "Amy",
    "丽",
    "冬梅",
)
#: an order that a visitor of the demo may claim: its number and the end of its phone number
CLAIMABLE = ("CH-GIFT-08", "+8613800004321")
#: two members call this one theirs
DISPUTED = ("CH-TWICE-1", "coco", "xiaoman", "+8613800008888")


@dataclass
class Shop:
    """What is sold, to whom, and the dice: the same demo every time."""

    now: datetime
    codes: list[tuple[str, str, str, int]]
    members: dict[str, Member]
    wanted: dict[str, list[str]]
    rng: random.Random
    number: int = 0


def load() -> None:
    """Within the open transaction. People and products must be there."""
    shop = _shop()
    orders = sorted(_orders(shop), key=lambda order: order.ordered_at)
    for start in range(0, len(orders), BATCH):
        save_orders(generic.NAME, orders[start : start + BATCH])
    _dispute(shop)
    _waiting_file(shop)


def _shop() -> Shop:
    from portal.demo.texts import STORIES

    members = {
        (member.email or "").partition("@")[0]: member
        for member in db.session.scalars(
            sa.select(Member).where(Member.email.like("%@demo.example")).order_by(Member.number)
        )
    }
    wanted: dict[str, list[str]] = {}
    for story in STORIES:
        if story.product:
            wanted.setdefault(story.author, []).append(story.product)
    return Shop(clock.now(), _name_codes(), members, wanted, random.Random("shop"))


def _name_codes() -> list[tuple[str, str, str, int]]:
    """A code and a price for every product: (slug, code, name, price in fen)."""
    found = []
    for place, product in enumerate(db.session.scalars(sa.select(Product).order_by(Product.slug)), start=1):
        sku = f"CH-{place:03}"
        name_code(sku, product.id, by=None)
        price = 28800 + random.Random(product.slug).randrange(40) * 5000
        found.append((product.slug, sku, product.name_zh, price))
    return found


# ------------------------------------------------------------------ orders


def _orders(shop: Shop) -> Iterator[Told]:
    for key, member in shop.members.items():
        if key not in STAFF:
            yield from _of_member(shop, key, member)
    yield from _of_guests(shop)
    for _place in range(NAMELESS):
        yield _order(shop, _moment(shop), channel=shop.rng.choice(CHANNELS[2:]))
    yield from _that_do_not_count(shop)
    yield _order(
        shop,
        shop.now - timedelta(days=33),
        order_no=CLAIMABLE[0],
        phone=CLAIMABLE[1],
        name="林女士",
        channel=CHANNELS[0],
    )


def _of_member(shop: Shop, key: str, member: Member) -> Iterator[Told]:
    """Most bought what they write about, some of them years before they joined, and most came back."""
    slugs = [slug for slug in dict.fromkeys(shop.wanted.get(key, [])) if shop.rng.random() < 0.6]
    more = shop.rng.choices((0, 1, 2, 3, 5, 8), (8, 14, 18, 14, 8, 3))[0]
    slugs += [shop.rng.choice(shop.codes)[0] for _place in range(more)]
    for slug in slugs:
        order = _order(
            shop,
            _moment(shop),
            slug=slug,
            email=member.email or "",
            name=member.display_name,
            channel=shop.rng.choice(CHANNELS),
        )
        yield _perhaps_refunded(shop, order)


def _of_guests(shop: Shop) -> Iterator[Told]:
    phone = 13800010000
    for orders, people in enumerate(GUESTS, start=1):
        for _person in range(people):
            phone += shop.rng.randrange(1, 60)
            name = shop.rng.choice(NAMES) + shop.rng.choice(GIVEN)
            dealer = shop.rng.choice(DEALERS) if shop.rng.random() < 0.25 else ""
            for _order_of in range(orders):
                order = _order(
                    shop,
                    _moment(shop),
                    phone=f"+86{phone}",
                    name=name,
                    dealer=dealer,
                    channel="经销商" if dealer else shop.rng.choice(CHANNELS),
                )
                yield _perhaps_refunded(shop, order)


def _that_do_not_count(shop: Shop) -> Iterator[Told]:
    """Replacements, samples, tests, what staff bought, and orders that nobody paid."""
    keys = [key for key in shop.members if key not in STAFF]
    kinds = (
        (OrderKind.REPLACEMENT,) * 9
        + (OrderKind.SAMPLE,) * 6
        + (OrderKind.STAFF,) * 5
        + (OrderKind.TEST,) * 3
    )
    for kind in kinds:
        member = shop.members[shop.rng.choice(keys)]
        free = kind in (OrderKind.REPLACEMENT, OrderKind.SAMPLE)
        order = _order(shop, _moment(shop), kind=kind, email=member.email or "", name=member.display_name)
        yield replace(order, lines=_for_nothing(order)) if free else order
    for status in (OrderStatus.PENDING,) * 4 + (OrderStatus.CANCELLED,) * 14:
        member = shop.members[shop.rng.choice(keys)]
        ago = timedelta(days=shop.rng.uniform(0, 3 if status is OrderStatus.PENDING else DAYS))
        yield _order(shop, shop.now - ago, status=status, email=member.email or "", channel=CHANNELS[1])


def _order(shop: Shop, moment: datetime, *, slug: str = "", **facts: Any) -> Told:
    shop.number += 1
    code = next((code for code in shop.codes if code[0] == slug), None) or shop.rng.choice(shop.codes)
    lines = {"1": _line(shop, code)}
    if shop.rng.random() < 0.12:
        lines["2"] = Line("CARE-01", "皮革护理膏", "护理", 1, 8800, 0)
    delivered = moment + timedelta(days=shop.rng.uniform(1.5, 5))
    usual: dict[str, Any] = {
        "order_no": f"CH{moment:%y%m}{shop.number:05}",
        "kind": OrderKind.SALE,
        "status": OrderStatus.PAID,
        "delivered_at": delivered if delivered < shop.now else None,
    }
    return Told(ordered_at=moment, currency=CURRENCY, lines=lines, **usual | facts)


def _line(shop: Shop, code: tuple[str, str, str, int]) -> Line:
    _slug, sku, name, price = code
    discount = 5000 if shop.rng.random() < 0.2 else 0
    return Line(sku, name, "包袋", 1, price, discount)


def _for_nothing(order: Told) -> dict[str, Line]:
    return {number: line._replace(unit_price=0, discount=0) for number, line in order.lines.items()}


def _perhaps_refunded(shop: Shop, order: Told) -> Told:
    """A few come back, some of them in part."""
    chance = shop.rng.random()
    if chance > 0.07:
        return order
    amount = order.gross if chance < 0.035 else 6000
    moment = min(order.ordered_at + timedelta(days=shop.rng.uniform(4, 12)), shop.now)
    return replace(order, refunds={"R1": Refund(amount, moment)})


def _moment(shop: Shop) -> datetime:
    """Some day of the two years, more of them lately, to the second."""
    ago = DAYS * shop.rng.random() ** 1.4
    return (shop.now - timedelta(days=ago, minutes=shop.rng.uniform(0, 300))).replace(microsecond=0)


# ------------------------------------------------------------------ what waits for staff


def _dispute(shop: Shop) -> None:
    number, holder, claimant, phone = DISPUTED
    member = shop.members[holder]
    save_orders(
        generic.NAME,
        [_order(shop, shop.now - timedelta(days=61), order_no=number, email=member.email or "", phone=phone)],
    )
    claim_order(number, phone[-4:], by=viewer_of(shop.members[claimant].id))


def _waiting_file(shop: Shop) -> None:
    """A file that was checked and waits to be confirmed: two good orders, one nobody can use."""
    manager = viewer_of(shop.members["manager"].id)
    held = steps.begin("门店日报-上周六.csv", mapping=generic.NAME, byte_size=912, by=manager)
    usual = dict.fromkeys(generic.COLUMNS, "") | {
        "kind": "sale",
        "status": "paid",
        "currency": CURRENCY,
        "channel": CHANNELS[2],
        "qty": "1",
        "line_no": "1",
        "ordered_at": f"{shop.now - timedelta(days=2):%Y-%m-%d 15:20}",
        "sku": shop.codes[0][1],
        "product": shop.codes[0][2],
        "unit_price": "1280.00",
    }
    told = (
        {"order_no": "XH-1"},
        {"order_no": "XH-2", "unit_price": "-80"},
        {"order_no": "XH-3", "phone": "1380"},
    )
    rows = [Read(line, usual | cells, len(generic.COLUMNS)) for line, cells in enumerate(told, start=2)]
    steps.start_reading(held)
    steps.take_down(held, rows, len(generic.COLUMNS), zone="Asia/Shanghai")
    steps.end_reading(held)
    while steps.look_on(held):
        pass
