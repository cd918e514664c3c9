"""Giving money back: promised in a row first, sent by the worker under one key, done when the provider says so."""

from __future__ import annotations

import logging
from datetime import datetime

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.characters import plain
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.payments import queries, rules
from portal.payments.models import RECEIVED, UNFINISHED, Payment, Refund, RefundState
from portal.payments.providers import Order, RefundStanding, RefundTruth, Repayment
from portal.payments.services import telling

log = logging.getLogger(__name__)

LONGEST_REASON = 200


def ask_refund(payment_id: str, amount: int, *, reason: str, by: Viewer | None) -> Refund:
    """Promise so much of a payment back (minor units of what came). ``by=None`` is the house itself.

    It leaves with the worker. All refunds of a payment together never exceed what came, whoever asks at the same moment:
    Conflict for what is more than is left, Invalid for no amount at all.
    """
    if amount <= 0:
        raise Invalid(_("Give back at least something."), field="amount")
    room = sa.update(Payment).where(
        Payment.id == payment_id,
        Payment.state.in_(RECEIVED),
        Payment.refunded + amount <= Payment.received,
    )
    if changed_rows(room.values(refunded=Payment.refunded + amount)) != 1:
        raise Conflict(_("So much is not left of this payment. Look at what went back already."))
    db.session.expire_all()
    now = clock.now()
    refund = Refund(
        payment_id=payment_id,
        amount=amount,
        reason=plain(reason).strip()[:LONGEST_REASON],
        state=RefundState.ASKED,
        by_id=by.id if by else None,
        asked_at=now,
        due_at=now,
    )
    db.session.add(refund)
    db.session.flush()
    audit.record("payment.refund", by=by, target_kind="payment", target_id=payment_id, amount=amount)
    _hint(refund.id)
    return refund


def claim_refunds(limit: int = 100) -> list[str]:
    """Ids of refunds to be taken up now, each given to one worker for a while."""
    due = sa.select(Refund.id).where(Refund.due_at <= clock.now()).order_by(Refund.due_at).limit(limit)
    return [refund_id for refund_id in db.session.scalars(due).all() if claim_refund(refund_id)]


def claim_refund(refund_id: str) -> bool:
    """Whether this refund is due, and ours to send."""
    now = clock.now()
    due = sa.update(Refund).where(Refund.id == refund_id, Refund.due_at <= now, Refund.state.in_(UNFINISHED))
    return changed_rows(due.values(due_at=now + rules.LEASE, attempts=Refund.attempts + 1)) == 1


def words_of(refund_id: str) -> tuple[str, Order, Repayment, bool]:
    """Provider, payment and refund as the provider is told of them; and whether it may know of the refund already."""
    refund = queries.get_refund(refund_id)
    payment = queries.get_payment(refund.payment_id)
    repayment = Repayment(refund.id, refund.amount, refund.reason, refund.provider_ref)
    known = refund.attempts > 1 or refund.state is RefundState.SENT
    return payment.provider, queries.order_of(payment), repayment, known


def apply_refund_truth(refund_id: str, truth: RefundTruth) -> RefundState:
    """What the provider says of a refund becomes ours. Done and failed are never left again."""
    payment = queries.held_payment(queries.get_refund(refund_id).payment_id)
    refund = queries.get_refund(refund_id)
    if refund.state not in UNFINISHED:
        return refund.state
    refund.provider_ref = truth.provider_ref or refund.provider_ref
    if truth.standing is RefundStanding.DONE:
        _finish(payment, refund, truth.at)
    elif truth.standing is RefundStanding.FAILED:
        _fail(payment, refund, truth.problem)
    elif truth.standing is RefundStanding.WAITING:
        refund.state = RefundState.SENT
        refund.due_at = clock.now() + rules.refund_wait(refund.attempts)
    db.session.flush()
    return refund.state


def leave_to_staff(refund_id: str) -> None:
    """Nobody can be asked: staff pay it back and say so."""
    refund = queries.get_refund(refund_id)
    refund.state, refund.due_at = RefundState.SENT, None
    db.session.flush()


def refund_later(refund_id: str, problem: str) -> None:
    """It could not be sent now, and nothing is known to have happened: the same one is tried again."""
    refund = queries.get_refund(refund_id)
    if refund.state in UNFINISHED:
        refund.due_at = clock.now() + rules.refund_wait(refund.attempts)
        refund.problem = problem[:LONGEST_REASON]
        db.session.flush()


def confirm_refund(refund_id: str, *, by: Viewer, note: str) -> None:
    """Staff have paid it back by hand. Only for what no provider can tell; raises Conflict otherwise."""
    refund = queries.get_refund(refund_id)
    payment = queries.held_payment(refund.payment_id)
    if refund.state is not RefundState.SENT or not queries.is_by_hand(payment.provider):
        raise Conflict(_("Somebody else was faster. Look at how it stands now."))
    _finish(payment, refund)
    audit.record(
        "payment.refund_paid", by=by, target_kind="payment", target_id=payment.id, refund=refund.id, note=note
    )


def _finish(payment: Payment, refund: Refund, at: datetime | None = None) -> None:
    refund.state, refund.done_at = RefundState.DONE, at or clock.now()
    refund.due_at, refund.problem = None, ""
    db.session.flush()
    whole = rules.is_whole(payment, queries.refunds_of(payment.id))
    telling.refunded(payment, refund, whole=whole)


def _fail(payment: Payment, refund: Refund, problem: str) -> None:
    """What was promised is free again; staff see it and decide."""
    refund.state, refund.due_at, refund.problem = RefundState.FAILED, None, problem[:LONGEST_REASON]
    payment.refunded -= refund.amount
    db.session.flush()
    log.warning("refund %s of payment %s failed: %s", refund.id, payment.id, problem)


def _hint(refund_id: str) -> None:
    """If the hint gets lost, the sweep finds the row."""
    from portal.payments.jobs import send_refund  # jobs stand above this file

    send_refund.later(refund_id)
