"""What is particular to one provider: phones, certificates, keys, their books."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.payments import desk, jobs
from portal.payments.models import Difference, Reconciliation
from portal.payments.providers import ProviderDown
from portal.payments.providers.known import find_provider
from tests.make import Make
from tests.payments.cases import ASKED, Case
from tests.payments.peers import AlipayPeer, StripePeer, WechatPeer

pytestmark = pytest.mark.one_database


@pytest.fixture
def at(app: Flask, offer: Callable[..., None], make: Make) -> Any:
    """A case at this peer."""
    peers = []

    def begun(peer: Any) -> Case:
        peers.append(peer)
        offer(**peer.settings())
        return Case(app, peer, make)

    yield begun
    for peer in peers:
        peer.stop()


def test_wechat_by_certificate(at: Any) -> None:
    """Their certificate is fetched from where the portal is told to ask, and everything works as with the key."""
    case = at(WechatPeer(by_certificate=True))
    case.paid()
    case.refund(ASKED)
    case.sweep()
    assert case.refunds[0].state.value == "done"
    assert case.notify(forged=True) == 403


def test_wechat_on_a_phone_opens_the_app(at: Any) -> None:
    case = at(WechatPeer())
    assert case.begin(on_phone=True).value.startswith("https://wx.tenpay.test/")


def test_wechat_notification_for_another_merchant_is_refused(at: Any) -> None:
    case = at(WechatPeer())
    case.begin()
    headers, body = case.peer.notification(case.id, new_id())
    sealed = json.loads(body)
    sealed["resource"]["ciphertext"] = sealed["resource"]["ciphertext"][::-1]
    assert case.post(headers, json.dumps(sealed).encode()) == 403
    with clock.travel(clock.now() + timedelta(minutes=6)):
        assert case.post(headers, body) == 403, "an old signature is a repeated one"


def test_wechat_answer_with_a_wrong_signature_is_no_answer(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case = at(WechatPeer())
    case.begin()
    case.peer.pay(case.id)
    signed = case.peer._signed
    monkeypatch.setattr(case.peer, "_signed", lambda body, who: signed(body, "somebody"))
    with pytest.raises(ProviderDown):
        desk.ask_provider(case.id)
    assert case.state == "open"


def test_alipay_on_a_phone_and_at_a_desk(at: Any) -> None:
    assert "alipay.trade.wap.pay" in at(AlipayPeer()).begin(on_phone=True).value
    assert "alipay.trade.page.pay" in at(AlipayPeer()).begin().value


def test_alipay_answer_about_another_trade_is_no_answer(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old answer that was signed for something else must not pay this one."""
    case = at(AlipayPeer())
    case.begin()
    case.peer.pay(case.id)
    query = case.peer._query
    monkeypatch.setattr(case.peer, "_query", lambda trade: query(trade) | {"out_trade_no": new_id()})
    with pytest.raises(ProviderDown):
        desk.ask_provider(case.id)
    assert case.state == "open"


def test_alipay_answer_with_a_wrong_signature_is_no_answer(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case = at(AlipayPeer())
    case.begin()
    case.peer.pay(case.id)
    from tests.payments.peers import alipay

    sign = alipay._sign
    monkeypatch.setattr(alipay, "_sign", lambda who, text: sign("somebody", text))
    with pytest.raises(ProviderDown):
        desk.ask_provider(case.id)
    assert case.state == "open"


def test_alipay_notification_for_another_app_is_refused(at: Any) -> None:
    case = at(AlipayPeer())
    case.begin()
    case.peer.pay(case.id)
    from tests.payments.peers import alipay

    genuine, alipay.APP_ID = alipay.APP_ID, "2021000000009999"
    try:
        headers, body = case.peer.notification(case.id, new_id())
    finally:
        alipay.APP_ID = genuine
    assert case.post(headers, body) == 403


def test_alipay_paid_and_wholly_refunded_is_still_paid(at: Any) -> None:
    """ "Closed" means two things there."""
    case = at(AlipayPeer())
    case.begin()
    case.peer.pay(case.id)
    case.peer.give_back(case.peer.trades[case.id], "by-hand", ASKED)
    case.ask()
    assert case.state == "paid"


def test_stripe_old_signature_is_refused(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case = at(StripePeer())
    case.begin()
    headers, body = case.peer.notification(case.id, new_id())
    import time

    real = time.time
    monkeypatch.setattr("stripe._webhook.time.time", lambda: real() + 600)
    assert case.post(headers, body) == 403


def test_stripe_events_without_a_payment_of_ours_are_thanked_for(at: Any) -> None:
    case = at(StripePeer())
    case.begin()
    stranger = replace(case.peer.trades[case.id], id=new_id())
    case.peer.trades[stranger.id] = stranger
    headers, body = case.peer.notification(stranger.id, new_id())
    assert case.post(headers, body) == 200
    assert case.notices == 0


def test_stripe_money_that_is_promised_is_no_money(at: Any) -> None:
    """A session is complete as soon as the payer has agreed; a bank may still say no."""
    case = at(StripePeer())
    case.begin()
    trade = case.peer.trades[case.id]
    trade.state = "promised"
    case.notify()
    assert case.state == "open"
    trade.state = "broken"
    case.notify()
    assert (case.state, case.kinds_heard) == ("failed", ["PaymentEnded"])
    trade.state = "open"
    case.peer.pay(case.id)
    case.notify()
    assert (case.state, case.payment.late) == ("paid", True), "a bank that changed its mind"


def test_a_short_hold_is_long_enough_for_stripe(at: Any) -> None:
    """Sessions live half an hour at least; ours is closed there when our time is over."""
    case = at(StripePeer())
    with transaction():
        case.payment.expires_at = clock.now() + timedelta(minutes=15)
    case.begin()
    with clock.travel(clock.now() + timedelta(minutes=16)):
        case.sweep()
    assert (case.state, case.peer.trades[case.id].state) == ("expired", "closed")


# ------------------------------------------------------------------ books


def reconcile(case: Case) -> list[Difference]:
    provider: Any = find_provider(case.peer.name)
    zone = provider.zone or brand.current().time_zone
    desk.reconcile(case.peer.name, clock.in_zone(clock.now(), zone).date())
    return list(db.session.scalars(sa.select(Difference).where(Difference.provider == case.peer.name)))


def test_books_that_agree(case: Case) -> None:
    case.paid()
    case.refund(5000)
    case.sweep()
    assert reconcile(case) == []
    assert reconcile(case) == []
    assert db.session.scalar(sa.select(Reconciliation.lines)) == 2


def test_books_list_what_we_do_not_count(case: Case) -> None:
    """Money whose notification and asking both failed: found by the books at the latest."""
    case.begin()
    case.peer.pay(case.id)
    found = reconcile(case)
    assert [(one.kind.value, one.payment_id, one.theirs, one.ours) for one in found] == [
        ("unknown", case.id, ASKED, 0)
    ]
    assert len(reconcile(case)) == 1, "found again it stays one"


def test_books_miss_what_we_count(case: Case) -> None:
    case.paid()
    case.refund(5000)
    case.sweep()
    provider: Any = find_provider(case.peer.name)
    provider.statements = lambda day: []
    found = reconcile(case)
    assert sorted((one.kind.value, one.refund, one.ours) for one in found) == [
        ("missing", False, ASKED),
        ("missing", True, 5000),
    ]


def test_books_say_another_sum(case: Case) -> None:
    case.paid()
    if case.peer.name == "sandbox":
        with case.peer.provider.till._books() as books:
            books.execute("UPDATE charge SET paid = 1 WHERE id = ?", (case.id,))
    else:
        case.peer.trades[case.id].paid = 1
    found = reconcile(case)
    assert [(one.kind.value, one.theirs, one.ours) for one in found] == [("amount", 1, ASKED)]


def test_a_refund_behind_our_back_is_found(case: Case) -> None:
    case.paid()
    if case.peer.name == "sandbox":
        from portal.payments.providers.till import Given

        case.peer.provider.till.give_back(Given("by-hand", case.id, 100, clock.now()))
    else:
        case.peer.give_back(case.peer.trades[case.id], "by-hand", 100)
    found = reconcile(case)
    assert [(one.kind.value, one.refund, one.theirs) for one in found] == [("unknown", True, 100)]


def test_the_worker_compares_each_day_once(case: Case) -> None:
    case.paid()
    with clock.travel(clock.now() + timedelta(days=2)):
        jobs.compare_books()
        done = db.session.scalar(sa.select(sa.func.count()).select_from(Reconciliation))
        jobs.compare_books()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Reconciliation)) == done
    assert done
    assert db.session.scalars(sa.select(Difference)).all() == []


def test_the_worker_goes_on_when_books_cannot_be_had(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    case.paid()
    case.peer.down = True
    with clock.travel(clock.now() + timedelta(days=2)):
        jobs.compare_books()
    ours = sa.select(Reconciliation).where(Reconciliation.provider == case.peer.name)
    assert db.session.scalars(ours).all() == []
