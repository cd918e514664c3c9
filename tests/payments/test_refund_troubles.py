"""Refunds when something is in the way: asked for twice, refused for now, stuck, or sent back by a bank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict
from portal.payments import desk, jobs, queries, services
from portal.payments.models import Difference, Refund
from portal.payments.providers import ProviderDown
from tests.answers import BOTH, text_of
from tests.client import PortalClient
from tests.make import Make
from tests.payments.cases import ASKED, Case, later
from tests.payments.peers import AlipayPeer, StripePeer, WechatPeer

As = Callable[..., PortalClient]


@pytest.fixture
def at(app: Flask, offer: Callable[..., None], make: Make) -> Any:
    """A case at this peer, paid."""
    peers = []

    def paid(peer: Any) -> Case:
        peers.append(peer)
        offer(**peer.settings())
        return Case(app, peer, make).paid()

    yield paid
    for peer in peers:
        peer.stop()


@BOTH
def test_a_form_sent_twice_gives_back_once(offer: Any, make: Make, as_staff: As, htmx: bool) -> None:
    """A double click, the back button, two of staff at once: the second sees what happened and decides anew."""
    paid, client = make.payment(paid=True), as_staff("manager")
    here = f"/console/payments/{paid.id}"
    words = {"amount": "50", "reason": "装不下", "seen": "0"}
    assert 'name="seen" value="0"' in text_of(client.get(here))
    client.post(f"{here}/refund", data=words, htmx=htmx)
    again = client.post(f"{here}/refund", data=words, htmx=htmx)
    page = text_of(again, 409)
    assert "since this page was opened" in page and 'name="seen" value="5000"' in page
    assert [refund.amount for refund in queries.refunds_of(paid.id)] == [5000]
    client.post(f"{here}/refund", data=words | {"seen": "5000"}, htmx=htmx)
    assert [refund.amount for refund in queries.refunds_of(paid.id)] == [5000, 5000], (
        "on purpose it is possible"
    )
    for nonsense in ("", "x", "-1", "9" * 30):
        assert client.post(f"{here}/refund", data=words | {"seen": nonsense}, htmx=htmx).status_code == 422


@pytest.mark.parametrize(
    ("peer", "trouble"),
    [
        (AlipayPeer, ("40002", "isv.invalid-app-id")),
        (AlipayPeer, ("20000", "aop.unknow-error")),
        (AlipayPeer, ("40006", "isv.insufficient-isv-permissions")),
        (WechatPeer, (401, "SIGN_ERROR")),
        (WechatPeer, (403, "NO_AUTH")),
        (WechatPeer, (403, "NOT_ENOUGH")),
    ],
)
def test_what_is_wrong_between_us_does_not_end_a_refund(at: Any, peer: Any, trouble: Any) -> None:
    """A wrong key says nothing about the money: the refund waits and goes out when it is put right."""
    case = at(peer())
    case.peer.trouble = trouble
    refund_id = case.refund(5000)
    case.sweep()
    assert [refund.state.value for refund in case.refunds] == ["asked"]
    case.peer.trouble = None
    with later(minutes=2):
        case.sweep()
    assert (case.refunds[0].state.value, case.peer.given(case.id)) == ("done", {refund_id: 5000})


def test_the_same_refund_under_way_elsewhere_does_not_fail(at: Any) -> None:
    """Another worker asks Stripe for it at this moment: giving up would free the money a second time."""
    case = at(StripePeer())
    case.peer.busy = True
    refund_id = case.refund(5000)
    case.sweep()
    assert (case.refunds[0].state.value, case.payment.refunded) == ("asked", 5000)
    case.peer.busy = False
    with later(minutes=2):
        case.sweep()
    assert case.peer.given(case.id) == {refund_id: 5000}


def test_a_refund_that_a_bank_sent_back_is_shown_to_staff(at: Any) -> None:
    """Stripe says so weeks later; the payer has the money neither there nor here."""
    case = at(StripePeer())
    refund_id = case.refund(5000)
    case.sweep()
    case.peer.refund_states[refund_id] = "failed"
    with later(days=20):
        for _twice in range(2):
            assert case.post(*notification_now(case)) == 200
    found = db.session.scalars(sa.select(Difference)).all()
    assert [(one.kind.value, one.ref, one.theirs, one.ours) for one in found] == [
        ("missing", refund_id, 0, 5000)
    ]
    assert case.kinds_heard == ["PaymentPaid", "PaymentRefunded"]


def notification_now(case: Case) -> Any:
    return case.peer.notification(case.id, new_id())


def test_a_refund_that_waits_for_a_person_is_shown_to_staff(at: Any, as_staff: As) -> None:
    """The payer's account is closed: WeChat waits for the shop to choose another way, and would wait for ever."""
    case = at(WechatPeer())
    case.peer.slow = True
    refund_id = case.refund(5000)
    case.peer.abnormal.add(refund_id)
    case.sweep()
    assert (case.refunds[0].state.value, case.refunds[0].problem) == ("sent", "ABNORMAL")
    assert queries.counts()["pay_back"] == 0, "it may still be young"
    assert "ABNORMAL" in text_of(as_staff("owner").get(f"/console/payments/{case.id}"))
    with later(days=4):
        assert queries.counts()["pay_back"] == 1
        case.peer.abnormal.clear()
        case.peer.done[refund_id] = clock.now()
        case.sweep()
        assert (case.refunds[0].state.value, queries.counts()["pay_back"]) == ("done", 0)


def test_a_failed_refund_waits_for_staff_until_it_is_asked_for_anew(at: Any) -> None:
    case = at(AlipayPeer())
    case.peer.give_back(case.peer.trades[case.id], "by-hand", ASKED)
    case.refund(5000)
    case.sweep()
    assert queries.counts()["pay_back"] == 1
    case.peer.trades[case.id].back.clear()
    with later(minutes=1):
        case.refund(5000)
        case.sweep()
    assert (case.refunds[-1].state.value, queries.counts()["pay_back"]) == ("done", 0)


def test_a_refund_nobody_knows_of_is_asked_about_less_and_less(
    at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at(AlipayPeer())
    case.refund(5000)
    work = case.peer._work
    nothing_changed = {"code": "10000", "msg": "Success", "fund_change": "N"}
    monkeypatch.setattr(
        case.peer,
        "_work",
        lambda method, order: nothing_changed if "refund" in method else work(method, order),
    )
    for minutes, waits in ((0, 1), (2, 5), (8, 15)):
        with later(minutes=minutes):
            case.sweep()
            due_at = case.refunds[0].due_at
            assert due_at is not None and due_at - clock.now() == timedelta(minutes=waits)


def test_news_of_a_refund_while_nobody_answers(at: Any) -> None:
    """The refund is asked about soon; the paid payment itself has nothing more to be asked for."""
    case = at(WechatPeer())
    case.peer.slow = True
    refund_id = case.refund(5000)
    case.sweep()
    case.peer.done[refund_id] = clock.now()
    case.peer.down = True
    assert case.notify() == 503
    case.peer.down = False
    assert case.payment.next_ask_at is None, "or it would be claimed every two minutes for ever"
    case.sweep()
    assert case.refunds[0].state.value == "done"


def test_nobody_waits_behind_a_provider_that_is_silent(at: Any, make: Make) -> None:
    case = at(AlipayPeer())
    refunds = [case.refund(100) for _ in range(6)]
    other = make.payment(paid=True)
    played = make.refund(other, 100)
    case.peer.down = True
    asked = len(case.peer.questions)
    case.sweep()
    assert queries.get_refund(played.id).state.value == "done"
    db.session.expire_all()
    tried = [refund for refund in case.refunds if refund.attempts]
    assert len(refunds) == 6 and len(tried) == jobs.MOST_SILENCES and len(case.peer.questions) == asked


def test_what_is_not_certain_at_the_end_is_asked_for_again(at: Any, make: Make) -> None:
    """An ended payment whose provider was silent all the time is not forgotten."""
    case = at(AlipayPeer())
    other = Case(case.app, case.peer, make)
    other.begin()
    case.peer.down = True
    with transaction():
        services.cancel(other.id)
    with later(days=5):
        with pytest.raises(ProviderDown):
            desk.ask_provider(other.id)
        assert other.payment.next_ask_at is not None
    case.peer.down = False
    other.peer.pay(other.id)
    with later(days=6, minutes=5):
        other.sweep()
    assert other.state == "paid"


def test_a_transfer_is_paid_back_once(offer: Any, make: Make) -> None:
    """A worker that was slow does not take back what staff have said."""
    from portal.accounts.queries import viewer_of

    offer(transfer="工商银行 6222")
    staff, payment = viewer_of(make.staff("manager").id), make.payment(provider="offline")
    with transaction():
        services.confirm_transfer(payment.id, by=staff, note="")
    refund: Refund = make.refund(payment, 100)
    with transaction():
        services.leave_to_staff(refund.id)
        services.confirm_refund(refund.id, by=staff, note="转账")
    with transaction():
        services.leave_to_staff(refund.id)
    assert queries.get_refund(refund.id).state.value == "done"


def test_no_fapiao_for_what_went_back(offer: Any, make: Make, as_member: As, run_jobs: Any) -> None:
    from portal.accounts.queries import get_member, viewer_of

    payment = make.payment(paid=True)
    client = as_member(get_member(payment.payer_id))
    make.refund(payment, 6800)
    run_jobs()
    page = text_of(client.get(f"/payments/{payment.id}/receipt"))
    assert "Paid in the end" in page and "¥100.00" in page
    make.refund(payment, 10000)
    run_jobs()
    assert "no fapiao" in text_of(client.get(f"/payments/{payment.id}/receipt"))
    for page in ("/me/payments", f"/payments/{payment.id}"):
        assert "Goes or went back" in text_of(client.get(page)), "what has wholly gone back is not just paid"
    with pytest.raises(Conflict), transaction():
        services.request_invoice(
            payment, by=viewer_of(payment.payer_id), title="小满", tax_no="", email="a@b.example"
        )


def test_a_fapiao_of_somebody_who_left_waits_for_nobody(offer: Any, make: Make) -> None:
    from portal.accounts.queries import viewer_of
    from portal.payments.personal import PERSONAL

    payment = make.payment(paid=True)
    with transaction():
        services.request_invoice(
            payment, by=viewer_of(payment.payer_id), title="小满", tax_no="", email="a@b.example"
        )
    assert queries.counts()["fapiao"] == 1
    with transaction():
        PERSONAL.erase(payment.payer_id)
    assert queries.counts()["fapiao"] == 0
