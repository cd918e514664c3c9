"""Opening, cancelling, transfers, refunds, receipts: the rules that need no provider on a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import audit, clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.timeline import told
from portal.notifications.models import Notification
from portal.payments import desk, jobs, proofs, queries, services
from portal.payments.models import Payment, PaymentState, ReceiptBook, Refund
from portal.payments.personal import PERSONAL
from portal.payments.providers import Payer, Standing, Truth
from portal.payments.queries.life import LIFE
from portal.payments.signals import PaymentArriving, PaymentPaid, payment_arriving, payment_paid
from tests.make import Make

WORDS = "工商银行 6222 0000 0000 0000 朝禾"
Offer = Callable[..., None]


def open_again(first: Payment, **facts: Any) -> Payment:
    values = {
        "purpose_kind": first.purpose_kind,
        "purpose_id": first.purpose_id,
        "amount": first.amount,
        "currency": first.currency,
        "description": first.description,
        "payer": viewer_of(first.payer_id),
        "provider": first.provider,
        "holds": timedelta(hours=2),
        "return_path": "/me",
    }
    with transaction():
        payment_id = services.open_payment(**values | facts).id
    return queries.get_payment(payment_id)


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_same_question_again_is_the_same_payment(offer: Offer, make: Make) -> None:
    first = make.payment()
    assert open_again(first).id == first.id
    assert count(Payment) == 1


def test_another_price_or_way_takes_the_place_of_the_first(offer: Offer, make: Make) -> None:
    offer(transfer=WORDS)
    first = make.payment(begun=True)
    second = open_again(first, amount=9900)
    third = open_again(first, amount=9900, provider="offline")
    assert len({first.id, second.id, third.id}) == 3
    assert [queries.get_payment(each.id).state.value for each in (first, second, third)] == [
        "cancelled",
        "cancelled",
        "created",
    ]


def test_what_is_over_makes_room(offer: Offer, make: Make) -> None:
    first = make.payment(begun=True)
    with clock.travel(clock.now() + timedelta(hours=3)):
        second = open_again(first)
        assert second.id != first.id
    assert queries.get_payment(first.id).state is PaymentState.EXPIRED


def test_nothing_that_is_not_offered(offer: Offer, make: Make) -> None:
    first = make.payment()
    for provider in ("stripe", "nobody", ""):
        with pytest.raises(Invalid):
            open_again(first, provider=provider)
    for nonsense in ({"amount": 0}, {"amount": -1}, {"holds": timedelta()}, {"holds": timedelta(days=31)}):
        with pytest.raises(ValueError, match="asks for some money"):
            open_again(first, **nonsense)


def test_ways_to_pay_fit_the_currency(offer: Offer, make: Make) -> None:
    offer(transfer=WORDS)
    assert [choice.name for choice in queries.providers_on("CNY")] == ["offline", "sandbox"]


def test_a_payment_that_was_never_begun_just_ends(offer: Offer, make: Make) -> None:
    first = make.payment()
    with clock.travel(clock.now() + timedelta(hours=3)):
        jobs.ask_due_payments()
    db.session.expire_all()
    assert (first.state, first.next_ask_at) == (PaymentState.EXPIRED, None)


def test_the_book_of_receipts_is_held_after_what_is_paid_for(offer: Offer, make: Make) -> None:
    """All payments share it: whoever waited for seats with it in hand would let everybody wait."""
    seen: list[tuple[str, int]] = []

    def look(event: PaymentArriving | PaymentPaid) -> None:
        seen.append((type(event).__name__, count(ReceiptBook)))

    with payment_arriving.connected_to(look), payment_paid.connected_to(look):
        make.payment(paid=True)
    assert seen == [("PaymentArriving", 0), ("PaymentPaid", 1)]


def test_cancelling(offer: Offer, make: Make) -> None:
    running, paid = make.payment(begun=True), make.payment(paid=True)
    with transaction():
        services.cancel(running.id)
        services.cancel(running.id)
    assert queries.get_payment(running.id).state is PaymentState.CANCELLED
    with pytest.raises(Conflict), transaction():
        services.cancel(paid.id)


# ------------------------------------------------------------------ transfers


def test_a_transfer_is_confirmed_once(offer: Offer, make: Make) -> None:
    offer(transfer=WORDS)
    staff, payment = viewer_of(make.staff("manager").id), make.payment(provider="offline")
    assert desk.start_checkout(payment.id, Payer()).value == WORDS
    with transaction():
        services.confirm_transfer(payment.id, by=staff, note="账户 11 月 22 日")
    assert queries.get_payment(payment.id).state is PaymentState.PAID
    assert audit.entries_of("payment", payment.id)[0].facts["note"] == "账户 11 月 22 日"
    with pytest.raises(Conflict), transaction():
        services.confirm_transfer(payment.id, by=staff, note="again")


def test_another_sum_by_transfer_is_held(offer: Offer, make: Make) -> None:
    offer(transfer=WORDS)
    staff, payment = viewer_of(make.staff("manager").id), make.payment(provider="offline")
    with transaction():
        services.confirm_transfer(payment.id, by=staff, note="", amount=16000)
    assert queries.get_payment(payment.id).state is PaymentState.WRONG


def test_a_transfer_after_the_time_was_over_is_late(offer: Offer, make: Make) -> None:
    offer(transfer=WORDS)
    staff, payment = viewer_of(make.staff("manager").id), make.payment(provider="offline")
    desk.start_checkout(payment.id, Payer())
    with clock.travel(clock.now() + timedelta(hours=3)):
        jobs.ask_due_payments()
        assert queries.get_payment(payment.id).state is PaymentState.EXPIRED
        with transaction():
            services.confirm_transfer(payment.id, by=staff, note="")
    assert queries.get_payment(payment.id).late


def test_what_a_provider_says_staff_cannot_confirm(offer: Offer, make: Make) -> None:
    staff, payment = viewer_of(make.staff("owner").id), make.payment(begun=True)
    with pytest.raises(Conflict), transaction():
        services.confirm_transfer(payment.id, by=staff, note="")


def test_money_is_paid_back_by_hand(offer: Offer, make: Make) -> None:
    offer(transfer=WORDS)
    staff, payment = viewer_of(make.staff("manager").id), make.payment(provider="offline")
    with transaction():
        services.confirm_transfer(payment.id, by=staff, note="")
    refund = make.refund(payment, 5000)
    with transaction():
        assert services.claim_refund(refund.id)
    desk.send_refund(refund.id)
    assert queries.counts()["pay_back"] == 1
    for expected in (None, Conflict):
        if expected is None:
            with transaction():
                services.confirm_refund(refund.id, by=staff, note="转账")
        else:
            with pytest.raises(expected), transaction():
                services.confirm_refund(refund.id, by=staff, note="转账")
    assert queries.get_refund(refund.id).state.value == "done"
    assert queries.counts()["pay_back"] == 0


# ------------------------------------------------------------------ refunds, receipts, proofs


def test_never_more_back_than_came(offer: Offer, make: Make) -> None:
    payment, unpaid = make.payment(paid=True), make.payment(begun=True)
    make.refund(payment, 16000)
    for of, amount in ((payment, 801), (unpaid, 1)):
        with pytest.raises(Conflict), transaction():
            services.ask_refund(of.id, amount, reason="", by=None)
    with pytest.raises(Invalid), transaction():
        services.ask_refund(payment.id, 0, reason="", by=None)
    assert count(Refund) == 1


def test_the_database_itself_refuses_more(offer: Offer, make: Make) -> None:
    payment = make.payment(paid=True)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(sa.update(Payment).where(Payment.id == payment.id).values(refunded=16801))
    for wrong in ({"received": 1}, {"receipt_no": None}, {"received_currency": "USD"}, {"paid_at": None}):
        with pytest.raises(sa.exc.IntegrityError), transaction():
            db.session.execute(sa.update(Payment).where(Payment.id == payment.id).values(**wrong))


def test_receipts_are_numbered_without_gaps(offer: Offer, make: Make) -> None:
    payments = [make.payment(paid=True) for _ in range(3)]
    lost = make.payment(begun=True)
    truth = Truth(Standing.PAID, lost.amount, lost.currency, clock.now())
    with pytest.raises(ZeroDivisionError), transaction():
        services.apply_truth(lost.id, truth)
        raise ZeroDivisionError
    payments.append(make.payment(paid=True))
    numbers = [payment.receipt_no[-6:] for payment in payments]
    assert numbers == ["000001", "000002", "000003", "000004"]


def test_proofs_find_what_is_wrong(offer: Offer, make: Make) -> None:
    payment = make.payment(paid=True)
    make.refund(payment, 500)
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[], []]
    with transaction():
        db.session.execute(sa.update(Payment).where(Payment.id == payment.id).values(refunded=400))
        db.session.execute(sa.update(ReceiptBook).values(last=9))
    wrong = [list(proof.differences()) for proof in proofs.PROOFS]
    assert wrong[0] == [(payment.id, 400, 500)]
    assert [difference[1:] for difference in wrong[1]] == [(9, 1)]


def test_a_refund_is_told_once_and_whole(offer: Offer, make: Make, run_jobs: Any) -> None:
    payment = make.payment(paid=True)
    make.refund(payment, payment.amount)
    run_jobs()
    told = sa.select(Notification.kind).where(Notification.member_id == payment.payer_id)
    assert sorted(db.session.scalars(told)) == ["payments.paid", "payments.refunded"]


# ------------------------------------------------------------------ fapiao, personal data


def test_a_fapiao_is_asked_for_changed_and_issued_once(offer: Offer, make: Make) -> None:
    payment, staff = make.payment(paid=True), viewer_of(make.staff("manager").id)
    payer = viewer_of(payment.payer_id)
    for title in ("小满", "杭州小满科技有限公司"):
        with transaction():
            services.request_invoice(
                payment, by=payer, title=title, tax_no="91330106MA2AXXXX0T", email="a@b.example"
            )
    assert queries.counts()["fapiao"] == 1
    with pytest.raises(Invalid), transaction():
        services.request_invoice(payment, by=payer, title="x", tax_no="12", email="a@b.example")
    with transaction():
        services.mark_issued(payment.id, by=staff, number="25117000001234567890")
    with pytest.raises(Conflict), transaction():
        services.mark_issued(payment.id, by=staff, number="2")
    with pytest.raises(Conflict), transaction():
        services.request_invoice(payment, by=payer, title="y", tax_no="", email="a@b.example")


def test_personal_data_is_told_and_erased(offer: Offer, make: Make) -> None:
    payment = make.payment(paid=True)
    make.refund(payment, 100)
    with transaction():
        services.request_invoice(
            payment, by=viewer_of(payment.payer_id), title="小满", tax_no="", email="xm@example.com"
        )
    parts = {part.name: list(part.rows or ()) for part in PERSONAL.export(payment.payer_id)}
    assert [len(rows) for rows in parts.values()] == [1, 1, 1]
    assert parts["fapiao.json"][0]["email"] == "xm@example.com"
    for _twice in range(2):
        with transaction():
            PERSONAL.erase(payment.payer_id)
    asked = queries.invoice_of(payment.id)
    assert asked is not None and (asked.title, asked.email) == ("", "")
    assert queries.get_payment(payment.id).received == payment.amount, "facts of money stay"


def test_the_timeline_of_a_member(offer: Offer, make: Make) -> None:
    payer = make.member()
    for _ in range(3):
        make.payment(payer, paid=True)
    entries = told(LIFE, payer.id, limit=2)
    assert len(entries) == 2
    assert "会员 一年" in entries[0].text
    assert len(told(LIFE, payer.id, entries[-1].at)) == 1
    assert told(LIFE, new_id()) == []
