"""The providers' books against ours, where the two are hard to compare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, transaction
from portal.payments import desk, services
from portal.payments.models import Difference
from portal.payments.providers import Line
from portal.payments.providers.known import find_provider, provider_named
from tests.answers import text_of
from tests.client import PortalClient
from tests.make import Make
from tests.payments.cases import ASKED, Case, later
from tests.payments.peers import WechatPeer


@pytest.fixture
def case(app: Flask, offer: Callable[..., None], make: Make) -> Any:
    peer = WechatPeer()
    offer(**peer.settings())
    yield Case(app, peer, make)
    peer.stop()


def today() -> date:
    return clock.in_zone(clock.now(), "Asia/Shanghai").date()


def differences(day: date) -> list[tuple[str, bool, int]]:
    desk.reconcile("wechat", day)
    found = db.session.scalars(sa.select(Difference).order_by(Difference.id))
    return [(one.kind.value, one.refund, one.theirs) for one in found]


def test_a_refund_that_took_days_stands_where_it_was_begun(case: Case) -> None:
    """WeChat lists it on the day it was asked for; it is done when the bank has it."""
    case.paid()
    case.peer.slow = True
    refund_id = case.refund(5000)
    case.sweep()
    assert differences(today()) == []
    with later(days=3):
        case.peer.done[refund_id] = clock.now()
        case.sweep()
        assert case.refunds[0].state.value == "done"
        assert differences(today()) == []


def test_a_refund_that_stands_nowhere_is_found(case: Case) -> None:
    case.paid()
    case.peer.slow = True
    refund_id = case.refund(5000)
    case.sweep()
    with later(days=3):
        case.peer.done[refund_id] = clock.now()
        case.sweep()
        case.peer.trades[case.id].back.clear()
        assert differences(today()) == [("missing", True, 0)]


def test_money_that_came_twice_is_found(case: Case) -> None:
    """The same payment under two of their numbers: one of them is not ours to keep."""
    case.paid()
    provider: Any = find_provider("wechat")
    statements = provider.statements
    provider.statements = lambda day: [
        *statements(day),
        *(Line(f"{line.ref}-again", line.payment_id, None, line.amount, "CNY") for line in statements(day)),
    ]
    assert differences(today()) == [("unknown", False, ASKED)]
    assert differences(today()) == [("unknown", False, ASKED)]


def test_money_only_the_books_know_of_is_asked_for(case: Case) -> None:
    """Its notification was lost, and all late looks came too early."""
    case.begin()
    with transaction():
        services.cancel(case.id)
        case.payment.next_ask_at = None
    case.peer.pay(case.id)
    assert differences(today()) == [("unknown", False, ASKED)]
    case.sweep()
    assert (case.state, case.payment.late) == ("paid", True)


def test_staff_can_ask_for_what_has_ended(case: Case, as_staff: Callable[..., PortalClient]) -> None:
    case.begin()
    with transaction():
        services.cancel(case.id)
        case.payment.next_ask_at = None
    case.peer.pay(case.id)
    client, here = as_staff("manager"), f"/console/payments/{case.id}"
    assert f"{here}/ask" in text_of(client.get(here))
    client.post(f"{here}/ask")
    assert case.state == "paid"
    assert f"{here}/ask" not in text_of(client.get(here))


def test_a_day_that_cannot_be_compared_stands_in_no_others_way(case: Case) -> None:
    from portal.payments import jobs

    case.paid()
    provider: Any = find_provider("wechat")
    broken, statements = today() - timedelta(days=3), provider.statements

    def without_that_day(day: date) -> list[Line]:
        if day == broken:
            raise ValueError("a table that nobody can read")
        return list(statements(day))

    provider.statements = without_that_day
    with later(days=2):
        jobs.compare_books()
    days = [today() - timedelta(days=back) for back in range(-1, 5)]
    compared = {(today() - day).days for day in days if services.is_reconciled("wechat", day)}
    assert 0 in compared and 3 not in compared


def test_forged_notifications_do_not_make_us_fetch_certificates(
    app: Flask, offer: Callable[..., None], make: Make
) -> None:
    """Anybody can send a number of a certificate that is not there: asked for once a minute, and the rest is kept."""
    peer = WechatPeer(by_certificate=True)
    offer(**peer.settings())
    case = Case(app, peer, make)
    case.begin()
    asked = peer.certificates_asked
    for _ in range(5):
        headers, body = peer.notification(case.id, "x")
        assert case.post(headers | {"Wechatpay-Serial": "ABCDEF"}, body) == 403
    assert peer.certificates_asked <= asked + 1
    peer.pay(case.id)
    assert case.notify() == 204
    assert case.state == "paid"
    peer.stop()


def test_ids_of_notifications_may_be_long(case: Case) -> None:
    case.begin()
    case.peer.pay(case.id)
    for _twice in range(2):
        assert case.notify("通" * 130) == 204
    assert (case.state, case.notices) == ("paid", 1)


def test_play_money_stands_in_both_books(app: Flask, offer: Callable[..., None], make: Make) -> None:
    """What the demo's members pay is no difference to anybody who opens the studio."""
    with transaction():
        paid = make.payment(provider="sandbox")
        services.pay_with_play_money(paid.id)
    assert paid.state.value == "paid" and paid.received == paid.amount
    assert desk.reconcile("sandbox", today()) == 0
    assert provider_named("sandbox").statements(today())
