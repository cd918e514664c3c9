"""Every provider in its own language: right money, right state, one effect, whatever goes wrong on the way."""

from __future__ import annotations

import logging

import pytest

from portal.core.db import new_id, transaction
from portal.core.errors import Conflict
from portal.payments import desk, services
from portal.payments.providers import Payer, ProviderDown
from tests.payments.cases import ASKED, Case, later


def test_success(case: Case) -> None:
    checkout = case.begin()
    assert checkout.value
    assert case.state == "open"
    case.peer.pay(case.id)
    assert case.state == "open", "nothing is believed before it is told or asked"
    assert case.notify() in (200, 204)
    payment = case.payment
    assert (payment.state.value, payment.received, payment.received_currency) == ("paid", ASKED, "CNY")
    assert payment.receipt_no and payment.paid_at and not payment.late and payment.next_ask_at is None
    assert case.kinds_heard == ["PaymentPaid"]


def test_the_payer_gets_a_receipt_by_mail(case: Case, outbox: object) -> None:
    case.paid()
    letters = [letter for letter in outbox() if letter.kind == "payments.paid"]  # type: ignore[operator]
    assert len(letters) == 1
    assert case.payment.receipt_no in letters[0].subject


def test_a_lost_notification_is_found_by_asking(case: Case) -> None:
    case.begin()
    case.peer.pay(case.id)
    with later(minutes=3):
        case.sweep()
    assert case.state == "paid"


def test_failure(case: Case) -> None:
    case.begin()
    case.peer.fail(case.id)
    case.notify()
    assert case.state in ("failed", "expired")
    assert case.payment.received == 0
    assert case.kinds_heard == ["PaymentEnded"]
    case.notify()
    case.ask()
    assert case.kinds_heard == ["PaymentEnded"], "ended once"


def test_doubled(case: Case) -> None:
    """The same notification again and again, and other ones about the same money."""
    case.begin()
    case.peer.pay(case.id)
    event_id = new_id()
    assert {case.notify(event_id) for _ in range(3)} | {case.notify(), case.notify()} <= {200, 204}
    case.ask()
    assert case.kinds_heard == ["PaymentPaid"]
    assert case.notices == 3


def test_reordered(case: Case) -> None:
    """News of a failure comes after the money: the provider is asked, so the order does not matter."""
    case.begin()
    early = case.peer.notification(case.id, new_id()) if case.peer.name == "sandbox" else None
    case.peer.pay(case.id)
    case.notify()
    if early:
        case.post(*early)
    case.notify()
    assert case.state == "paid"
    assert case.kinds_heard == ["PaymentPaid"]


def test_late_after_expiry(case: Case) -> None:
    """The time is over and the provider's side is closed; one who paid in that very moment is still heard."""
    case.begin()
    with later(hours=3):
        case.peer.down = True
        case.sweep()
        assert case.state == "open", "nobody knows: it is asked again"
        case.peer.down = False
        with transaction():
            services.let_expire(case.id)
        assert case.state == "expired"
        case.peer.pay(case.id)
        case.notify()
        assert case.state == "paid"
    assert case.payment.late
    assert case.kinds_heard == ["PaymentEnded", "PaymentPaid"]
    assert case.heard[-1].late


def test_late_money_is_found_without_a_notification(case: Case) -> None:
    case.begin()
    with transaction():
        services.cancel(case.id)
    case.peer.pay(case.id)
    case.sweep()
    assert case.state == "paid" and case.payment.late


def test_when_time_is_over_nobody_can_pay_any_more(case: Case) -> None:
    case.begin()
    with later(hours=3):
        case.sweep()
        assert case.state == "expired"
        with pytest.raises(Conflict):
            case.begin()
        case.sweep()
    if case.peer.name != "sandbox":
        assert case.peer.trades[case.id].state == "closed", "closed there as well"


def test_forged(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    case.begin()
    case.peer.pay(case.id)
    with caplog.at_level(logging.WARNING):
        assert case.notify(forged=True) == 403
        assert case.post({}, b"{}") == 403
        assert case.post({"Stripe-Signature": "t=1,v1=x"}, b"\xff\x00") == 403
    assert "forged" in caplog.text
    assert (case.state, case.notices, case.heard) == ("open", 0, [])


def test_a_genuine_notification_of_another_payment_pays_only_that_one(case: Case) -> None:
    """Whatever a notification says, its provider is asked about the payment that it names."""
    case.begin()
    assert case.peer.name
    other = Case(case.app, case.peer, case.make)
    other.begin()
    other.peer.pay(other.id)
    other.notify()
    assert (case.state, other.state) == ("open", "paid")


@pytest.mark.parametrize(("amount", "currency"), [(ASKED - 1, ""), (ASKED + 1, ""), (ASKED, "USD")])
def test_wrong_money_is_held(case: Case, amount: int, currency: str) -> None:
    case.begin()
    case.peer.pay(case.id, amount=amount, currency=currency)
    case.notify()
    payment = case.payment
    assert payment.state.value == "wrong"
    assert (payment.received, payment.received_currency) == (amount, currency or "CNY")
    assert payment.receipt_no is None
    assert case.kinds_heard == ["PaymentEnded"], "never counted as paid"
    case.refund(amount)
    case.sweep()
    assert sum(case.peer.given(case.id).values()) == amount, "and it can go back"
    assert [refund.state.value for refund in case.refunds] == ["done"]


def test_down_during_checkout(case: Case) -> None:
    """A clear sentence, nothing lost: the next attempt goes on with the same payment."""
    case.peer.down = True
    if case.peer.name == "alipay":
        case.begin()  # a signed address needs nobody
    else:
        with pytest.raises(ProviderDown) as refusal:
            desk.start_checkout(case.id, Payer())
        assert "could not reach" in refusal.value.message
    assert case.state == "open"
    case.peer.down = False
    case.begin()
    case.peer.pay(case.id)
    case.notify()
    assert case.state == "paid"


def test_down_while_a_notification_is_worked_on(case: Case) -> None:
    """It is sent back and comes again; until then the worker asks."""
    case.begin()
    case.peer.pay(case.id)
    case.peer.down = True
    event_id = new_id()
    headers, body = case.peer.notification(case.id, event_id)
    assert case.post(headers, body) == 503
    assert (case.state, case.notices) == ("open", 0)
    case.peer.down = False
    assert case.notify(event_id) in (200, 204)
    assert (case.state, case.notices) == ("paid", 1)


def test_double_clicks_make_one_checkout(case: Case) -> None:
    first, second = case.begin(), case.begin()
    assert first.value == second.value
    if case.peer.name != "sandbox":
        assert len(case.peer.trades) == 1


def test_the_answer_to_the_checkout_was_lost(case: Case) -> None:
    """As when a process dies between the provider's answer and our commit: the next click finds the same one."""
    case.peer.deaf = True
    if case.peer.name != "alipay":
        with pytest.raises(ProviderDown):
            desk.start_checkout(case.id, Payer())
    case.peer.deaf = False
    case.begin()
    case.peer.pay(case.id)
    case.notify()
    assert case.state == "paid"
    if case.peer.name != "sandbox":
        assert len(case.peer.trades) == 1


def test_refund_in_parts_and_whole(case: Case) -> None:
    case.paid()
    first = case.refund(5000)
    case.sweep()
    assert case.peer.given(case.id) == {first: 5000}
    assert case.heard[-1].amount == 5000 and not case.heard[-1].whole
    second = case.refund(ASKED - 5000)
    case.sweep()
    assert case.peer.given(case.id) == {first: 5000, second: ASKED - 5000}
    assert case.heard[-1].whole
    assert case.kinds_heard == ["PaymentPaid", "PaymentRefunded", "PaymentRefunded"]
    assert (case.payment.refunded, case.state) == (ASKED, "paid")
    with pytest.raises(Conflict):
        case.refund(1)


def test_down_during_a_refund(case: Case) -> None:
    """It waits and is tried again under the same key: one effect."""
    case.paid()
    case.peer.down = True
    refund_id = case.refund(5000)
    case.sweep()
    assert [refund.state.value for refund in case.refunds] == ["asked"]
    assert case.peer.given(case.id) == {}
    case.peer.down = False
    case.sweep()
    assert case.peer.given(case.id) == {}, "it rests first"
    with later(minutes=2):
        case.sweep()
    assert case.peer.given(case.id) == {refund_id: 5000}
    assert case.kinds_heard == ["PaymentPaid", "PaymentRefunded"]


def test_the_answer_to_a_refund_was_lost(case: Case) -> None:
    """The money went back and nobody told us, as when the worker dies right after: it goes back once."""
    case.paid()
    case.peer.deaf = True
    refund_id = case.refund(5000)
    case.sweep()
    assert case.peer.given(case.id) == {refund_id: 5000}
    assert case.refunds[0].state.value == "asked"
    case.peer.deaf = False
    with later(minutes=3):
        case.sweep()
    assert case.peer.given(case.id) == {refund_id: 5000}
    assert case.refunds[0].state.value == "done"
    assert case.kinds_heard == ["PaymentPaid", "PaymentRefunded"]


def test_a_refused_refund_frees_its_money(case: Case) -> None:
    """The provider gave back behind our back, and refuses more."""
    case.paid()
    if case.peer.name == "sandbox":
        from portal.core import clock
        from portal.payments.providers.till import Given

        case.peer.provider.till.give_back(Given("by-hand", case.id, ASKED, clock.now()))
    else:
        case.peer.give_back(case.peer.trades[case.id], "by-hand", ASKED)
    case.refund(5000)
    case.sweep()
    assert case.refunds[0].state.value == "failed"
    assert case.refunds[0].problem
    assert case.payment.refunded == 0
    assert case.kinds_heard == ["PaymentPaid"]
