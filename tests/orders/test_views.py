"""A member's own orders, and saying that one is theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.orders.models import ClaimState, Customer, Order, OrderClaim
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

Browser = Callable[..., PortalClient]
PAGE, CLAIM = "/me/orders", "/me/orders/claim"


def states() -> list[ClaimState]:
    return list(db.session.scalars(sa.select(OrderClaim.state).order_by(OrderClaim.at, OrderClaim.id)))


def holder(order: Order) -> str | None:
    return db.session.scalar(
        sa.select(Customer.member_id)
        .join(Order, Order.customer_id == Customer.id)
        .where(Order.id == order.id)
    )


def test_my_orders_are_mine_alone(make: Make, as_member: Browser) -> None:
    member, product = make.member(), make.product()
    make.order(member=member, order_no="MINE-1", product=product, refund=2000)
    make.order(member=make.member(), order_no="THEIRS-1")
    text = as_member(member).get(PAGE).text
    assert "MINE-1" in text and "¥20.00 went back" in text
    assert product.name_en in text and f"/products/{product.slug}" in text
    assert "THEIRS-1" not in text
    assert as_member(member).get("/me").text.count(PAGE) == 1


def test_all_my_orders_page_by_page(make: Make, as_member: Browser) -> None:
    member, first = make.member(), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(30):
        make.order(member=member, order_no=f"P{number:02}", ordered_at=first + timedelta(days=number // 2))
    browser = as_member(member)
    text = browser.get(PAGE).text
    after = text.split(f"{PAGE}?after=")[1].split('"')[0]
    rest = browser.get(f"{PAGE}?after={after}", htmx=True).text
    for number in range(30):
        assert (f"P{number:02}" in text) != (f"P{number:02}" in rest)


@pytest.mark.parametrize("proof", ["4321", "138 0000 4321", "+86 13800004321", "Gift@Example.com"])
@pytest.mark.parametrize("htmx", [False, True])
def test_who_knows_the_order_gets_it(make: Make, as_member: Browser, proof: str, htmx: bool) -> None:
    order = make.order(order_no="Gift 1", phone="+8613800004321", email="gift@example.com")
    order.order_no = "GIFT-1"
    member = make.member()
    browser = as_member(member)
    for _twice in range(2):
        answer = browser.post(CLAIM, data={"order_no": " #GIFT-1 ", "proof": proof}, htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
    assert holder(order) == member.id
    assert "GIFT-1" in browser.get(PAGE).text
    assert states() == [ClaimState.BOUND]


@pytest.mark.parametrize(
    ("number", "proof"),
    [
        ("GIFT-1", "4322"),
        ("GIFT-1", "321"),
        ("GIFT-1", "other@example.com"),
        ("GIFT-1", "٤٣٢١"),
        ("NONE-1", "4321"),
        ("🎁", "4321"),
        ("NAMELESS", "0000"),
        ("NAMELESS", ""),
    ],
)
def test_number_and_proof_must_fit_and_nothing_tells_which_does_not(
    make: Make, as_member: Browser, number: str, proof: str
) -> None:
    order = make.order(order_no="GIFT-1", phone="+8613800004321")
    make.order(order_no="NAMELESS")
    answer = as_member().post(CLAIM, data={"order_no": number, "proof": proof})
    assert answer.status_code == 422
    if proof:
        assert "do not fit together" in answer.text
        assert states() == [ClaimState.REFUSED]
    assert holder(order) is None


def test_guessing_has_to_wait(make: Make, as_member: Browser) -> None:
    order = make.order(order_no="GIFT-1", phone="+8613800004321")
    browser = as_member()
    codes = [
        browser.post(CLAIM, data={"order_no": "GIFT-1", "proof": f"{number:04}"}).status_code
        for number in range(12)
    ]
    assert codes[:6] == [422] * 6
    assert codes[-4:] == [429] * 4
    assert browser.post(CLAIM, data={"order_no": "GIFT-1", "proof": "4321"}).status_code == 429
    assert holder(order) is None
    assert len(states()) <= 8


def test_what_is_somebody_elses_goes_to_staff(make: Make, as_member: Browser, as_staff: Browser) -> None:
    first, second = make.member(), make.member(display_name="Bob")
    order = make.order(member=first, order_no="BOTH-1", phone="+8613800004321")
    browser = as_member(second)
    for _twice in range(2):
        browser.post(CLAIM, data={"order_no": "BOTH-1", "proof": "4321"})
    assert (states(), holder(order)) == ([ClaimState.DISPUTED], first.id)
    assert "We are looking at order BOTH-1" in browser.get(PAGE).text

    desk = as_staff("manager")
    assert "Bob says it is theirs" in desk.get("/console/orders/claims").text
    claim = db.session.scalars(sa.select(OrderClaim.id)).one()
    grant = f"/console/orders/claims/{claim}/grant"
    assert desk.post(grant, data={"note": "Receipt seen"}).status_code == 303
    assert desk.post(grant, data={"note": ""}, htmx=True).status_code == 409
    assert (states(), holder(order)) == ([ClaimState.GRANTED], second.id)
    assert "order BOTH-1 is with your orders now" in browser.get("/inbox").text
    assert "given to somebody who claimed it" in desk.get(f"/console/orders/{order.id}").text


def test_a_declined_claim_leaves_the_order(make: Make, as_member: Browser, as_staff: Browser) -> None:
    first = make.member()
    order = make.order(member=first, order_no="BOTH-1")
    as_member().post(CLAIM, data={"order_no": "BOTH-1", "proof": first.email})
    claim = db.session.scalars(sa.select(OrderClaim.id)).one()
    answer = as_staff().post(f"/console/orders/claims/{claim}/decline", data={"note": ""}, htmx=True)
    assert "No claim waits" in answer.text
    assert (states(), holder(order)) == ([ClaimState.DECLINED], first.id)


def test_a_claimed_order_stays_claimed_when_its_file_comes_again(make: Make, as_member: Browser) -> None:
    story = {"order_no": "GIFT-1", "phone": "+8613800004321", "ordered_at": clock.now()}
    order, member = make.order(**story), make.member()
    as_member(member).post(CLAIM, data={"order_no": "GIFT-1", "proof": "4321"})
    make.order(**story, amount=9000)
    assert holder(order) == member.id
