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
from portal.payments.services.reconciling import note_came_back

log = logging.getLogger(__name__)

LONGEST_REASON = 200


def ask_refund(
    payment_id: str, amount: int, *, reason: str, by: Viewer | None, seen: int | None = None
) -> Refund:
    """Promise so much of a payment back (minor units of what came). ``by=None`` is the house itself.

    It leaves with the worker. All refunds of a payment together never exceed what came, whoever asks at the same moment:
    Conflict for what is more than is left, Invalid for no amount at all. ``seen`` is how much was on its way back on the
    page of who asks: when it is more by now (a second click, a colleague), nothing is promised.
    """
    if amount <= 0:
        raise Invalid(_("Give back at least something."), field="amount")
    room = sa.update(Payment).where(
        Payment.id == payment_id,
        Payment.state.in_(RECEIVED),
        Payment.refunded + amount <= Payment.received,
    )
    if seen is not None:
        room = room.where(Payment.refunded == seen)
    if changed_rows(room.values(refunded=Payment.refunded + amount)) != 1:
        if seen is not None and queries.held_payment(payment_id).refunded != seen:
            raise Conflict(_("Something went back since this page was opened. Look at it, then decide anew."))
        said = _("So much is not left of this payment. Look at what went back already.")
        raise Conflict(said, field="amount")
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


def due_refunds(limit: int = 100) -> list[tuple[str, str]]:
    """Refunds to be taken up now, with the name of their provider, those that wait longest first."""
    due = sa.select(Refund.id, Payment.provider).join(Payment, Payment.id == Refund.payment_id)
    due = due.where(Refund.due_at <= clock.now()).order_by(Refund.due_at).limit(limit)
    return [(row.id, row.provider) for row in db.session.execute(due)]


def nudge_refunds(payment_id: str) -> None:
    """Something is told about this payment: the next sweep asks about its refunds on their way."""
    sent = sa.update(Refund).where(Refund.payment_id == payment_id, Refund.state == RefundState.SENT)
    changed_rows(sent.where(Refund.due_at.is_not(None)).values(due_at=clock.now()))
    db.session.expire_all()


def claim_refund(refund_id: str) -> bool:
    """Whether this refund is due, and ours to send during the lease."""
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
    payment, refund = _held(refund_id)
    if refund.state not in UNFINISHED:
        if refund.state is RefundState.DONE and truth.standing is RefundStanding.FAILED:
            note_came_back(payment, refund)
        return refund.state
    refund.provider_ref = truth.provider_ref or refund.provider_ref
    if truth.standing is RefundStanding.DONE:
        _finish(payment, refund, truth.at)
    elif truth.standing is RefundStanding.FAILED:
        _fail(payment, refund, truth.problem)
    else:
        _wait(refund, truth)
    db.session.flush()
    return refund.state


def leave_to_staff(refund_id: str) -> None:
    """Nobody can be asked: staff pay it back and say so."""
    _payment, refund = _held(refund_id)
    if refund.state is RefundState.ASKED:
        refund.state, refund.due_at = RefundState.SENT, None
        db.session.flush()


def refund_later(refund_id: str, problem: str) -> None:
    """It could not be sent now, and nothing is known to have happened: the same one is tried again."""
    _payment, refund = _held(refund_id)
    if refund.state in UNFINISHED:
        refund.due_at = clock.now() + rules.refund_wait(refund.attempts)
        refund.problem = problem[:LONGEST_REASON]
        db.session.flush()


def confirm_refund(refund_id: str, *, by: Viewer, note: str) -> None:
    """Staff have paid it back by hand. Only for what no provider can tell; raises Conflict otherwise."""
    payment, refund = _held(refund_id)
    if refund.state is not RefundState.SENT or not queries.is_by_hand(payment.provider):
        raise Conflict(_("Somebody else was faster. Look at how it stands now."))
    _finish(payment, refund)
    audit.record(
        "payment.refund_paid", by=by, target_kind="payment", target_id=payment.id, refund=refund.id, note=note
    )


def _held(refund_id: str) -> tuple[Payment, Refund]:
    """A refund as it is now, and its payment: by holding that one, nobody else can change the refund."""
    payment = queries.held_payment(queries.get_refund(refund_id).payment_id)
    return payment, queries.get_refund(refund_id)


def _wait(refund: Refund, truth: RefundTruth) -> None:
    """It is on its way, or nobody knows of it yet: asked again later, with growing waits."""
    if truth.standing is RefundStanding.WAITING:
        refund.state = RefundState.SENT
    refund.problem = truth.problem[:LONGEST_REASON]
    refund.due_at = clock.now() + rules.refund_wait(refund.attempts)


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
