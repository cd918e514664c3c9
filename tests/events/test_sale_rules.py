"""When a ticket is on sale for whom, for how many, at what price; how long offers hold and what comes back. Pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.events.models import Event, Registration, RegistrationState, TicketType
from portal.events.rules import sale, times
from portal.events.rules.sale import Sale, Standing

START = datetime(2027, 6, 14, 5, 30, tzinfo=UTC)
SALE = START - timedelta(days=20)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def event(**facts: object) -> Event:
    values = {"starts_at": START, "ends_at": START + 7 * HOUR, "published_at": SALE, "offer_hours": 24}
    return Event(
        **values | {"refund_hours": 24, "refund_percent": 0, "release_hours": 3, "pass_on_hours": 2} | facts
    )


def kind(**facts: object) -> TicketType:
    values = {
        "id": "t",
        "admits": 1,
        "most_people": 5,
        "most_children": 2,
        "children_count": False,
        "price": 0,
    }
    return TicketType(**values | {"sale_starts_at": SALE, "sale_ends_at": START, "hidden": False} | facts)


@pytest.mark.parametrize(
    ("facts", "standing", "at", "expected"),
    [
        ({}, Standing(), SALE - SECOND, Sale.NOT_YET),
        ({}, Standing(), SALE, Sale.OPEN),
        ({}, Standing(), START - SECOND, Sale.OPEN),
        ({}, Standing(), START, Sale.OVER),
        ({}, Standing(early_hours=48), SALE - 48 * HOUR - SECOND, Sale.NOT_YET),
        ({}, Standing(early_hours=48), SALE - 48 * HOUR, Sale.OPEN),
        ({"tier_id": "gold"}, Standing(), SALE, Sale.NOT_YOURS),
        ({"tier_id": "gold"}, Standing(tier_ids=frozenset({"gold"})), SALE, Sale.OPEN),
        ({"hidden": True}, Standing(), SALE, Sale.HIDDEN),
        ({"hidden": True}, Standing(opened=frozenset({"t"})), SALE, Sale.OPEN),
        ({"closed_at": SALE}, Standing(), SALE, Sale.CLOSED),
        ({"sale_ends_at": START + 30 * HOUR}, Standing(), START + 7 * HOUR, Sale.OVER),
    ],
)
def test_on_sale_to_the_second(
    facts: dict[str, object], standing: Standing, at: datetime, expected: Sale
) -> None:
    assert sale.sale_of(event(), kind(**facts), standing, at) is expected


def test_a_draft_and_a_cancelled_event_sell_nothing() -> None:
    assert sale.sale_of(event(published_at=None), kind(), Standing(), SALE) is Sale.CLOSED
    assert sale.sale_of(event(cancelled_at=SALE), kind(), Standing(), SALE) is Sale.CLOSED


def test_with_a_bell_early_access_wins_nothing() -> None:
    bell = {"bell_opens_at": SALE, "bell_closes_at": SALE + HOUR}
    early = Standing(early_hours=48)
    asked = [
        (SALE - SECOND, bell),
        (SALE, bell),
        (SALE + HOUR - SECOND, bell),
        (SALE + HOUR, bell),
        (SALE + HOUR, bell | {"bell_rang_at": SALE + HOUR}),
    ]
    found = [sale.sale_of(event(), kind(**facts), early, at) for at, facts in asked]
    assert found == [Sale.NOT_YET, Sale.GATHERING, Sale.GATHERING, Sale.DRAWING, Sale.OPEN]


@given(st.integers(1, 5), st.integers(1, 10), st.integers(0, 100_000), st.integers(0, 100), st.integers(0, 5))
def test_prices_and_sizes_fit_each_other(
    admits: int, most: int, price: int, percent: int, children: int
) -> None:
    ticket = kind(admits=admits, most_people=max(admits, most), price=price, children_count=True)
    for people in sale.sizes(ticket):
        assert people % admits == 0 and admits <= people <= ticket.most_people
        asked = sale.price_for(ticket, people, Standing(discount_percent=percent))
        full = price * people // admits
        assert 0 <= asked <= full and (percent > 0 or asked == full)
        assert full * (100 - percent) - 100 < asked * 100 <= full * (100 - percent), "rounded for the member"
        assert sale.seats_for(ticket, people, children) == people + children


@given(st.integers(1, 60 * 24 * 40))
def test_offers_grow_shorter_and_never_outlast_the_event(minutes: int) -> None:
    now = START - timedelta(minutes=minutes)
    until = times.offer_until(event(), now)
    assert timedelta(minutes=30) <= until - now <= timedelta(hours=24)
    assert until < START + 7 * HOUR
    assert times.offer_until(event(), now - HOUR) - (now - HOUR) >= until - now


@pytest.mark.parametrize(
    ("percent", "before", "expected"),
    [
        (0, 24 * HOUR, 999),
        (0, 24 * HOUR - SECOND, 0),
        (50, HOUR, 499),
        (50, timedelta(0), 0),
        (100, SECOND, 999),
    ],
)
def test_what_comes_back(percent: int, before: timedelta, expected: int) -> None:
    ticket = Registration(state=RegistrationState.CONFIRMED, amount=999)
    rules = event(refund_percent=percent)
    assert times.refund_for(rules, ticket, begins=START, now=START - before) == expected


def test_only_a_ticket_is_cancelled_and_only_until_its_hour() -> None:
    ticket, held = Registration(state=RegistrationState.CONFIRMED), Registration(state=RegistrationState.HELD)
    may_cancel = partial(times.may_cancel, begins=START)
    assert not may_cancel(held, now=SALE)
    may_release = partial(times.may_release, event(), begins=START)
    may_pass_on = partial(times.may_pass_on, event(), begins=START)
    for may, hours in ((may_cancel, 0), (may_release, 3), (may_pass_on, 2)):
        last = START - hours * HOUR
        assert may(ticket, now=last - SECOND) and not may(ticket, now=last + SECOND)
