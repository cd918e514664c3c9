"""Where our rows and a provider's answers meet: network between two transactions, never inside one.

Every step may be the last: what was begun stands in a row with a due time, is asked about again, and asked for under the
same id. No row is held and no read is open while a provider is waited for.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.payments import queries, services
from portal.payments.models import ENDED, RECEIVED, PaymentState, RefundState
from portal.payments.providers import (
    Checkout,
    CheckoutKind,
    Forged,
    Order,
    Payer,
    Provider,
    ProviderDown,
    ProviderRefused,
    RefundStanding,
    RefundTruth,
    Repayment,
    Standing,
    Truth,
    unreachable,
)
from portal.payments.providers.known import provider_named, provider_of

log = logging.getLogger(__name__)

#: an answer that lacks what it must hold is none
_NONSENSE = (LookupError, TypeError, ValueError, AttributeError)
_TROUBLE = (ProviderDown, ProviderRefused, *_NONSENSE)
_NOT_BEGUN = Truth(Standing.UNKNOWN)
#: so many days back books are read for a refund that took its time
FURTHEST_BACK = 14


def start_checkout(payment_id: str, payer: Payer) -> Checkout:
    """The way to pay this payment: begun now, or the one begun before (double clicks make one).

    Raises Conflict when it cannot be paid any more, and ProviderDown when nobody answers: then it stays open.
    """
    with transaction():
        order, payer, begun = services.begin_checkout(payment_id, payer)
        name = queries.get_payment(payment_id).provider
    if begun is not None:
        return begun
    try:
        checkout = _usable(provider_of(name).start(order, payer))
    except ProviderRefused as refusal:
        log.error("%s refuses to begin payment %s: %s", name, payment_id, refusal)
        label = queries.provider_label(name)
        raise Conflict(
            _("%(provider)s does not take this payment. Please choose another way to pay.", provider=label)
        ) from refusal
    except _NONSENSE as trouble:
        raise _no_answer(name, payment_id, trouble) from trouble
    with transaction():
        kept = services.keep_checkout(payment_id, checkout)
    if kept is None:
        raise Conflict(_("This payment cannot be paid any more. Nothing was taken."))
    return kept


def _usable(checkout: Checkout) -> Checkout:
    """An address leads to a page of the provider or to one of ours, nowhere else. Raises ValueError."""
    if checkout.kind is CheckoutKind.URL and not checkout.value.startswith(("https://", "http://", "/pay/")):
        raise ValueError("the way to pay is no address")
    return checkout


def ask_provider(payment_id: str) -> PaymentState:
    """Ask how a payment stands, and bring it there. Ends what is over, and closes it at the provider.

    Raises ProviderDown when nobody answers; then it is asked again later.
    """
    payment = queries.get_payment(payment_id)
    name, state, over = payment.provider, payment.state, payment.expires_at <= clock.now()
    order, begun = queries.order_of(payment), payment.started_at is not None
    _let_go()
    if state in RECEIVED:
        return state
    try:
        truth = _asked(provider_of(name), order, close=over or state in ENDED) if begun else _NOT_BEGUN
    except _TROUBLE as trouble:
        with transaction():
            services.ask_later(payment_id)
        raise _no_answer(name, payment_id, trouble) from trouble
    with transaction():
        return services.apply_truth(payment_id, truth)


def _asked(provider: Provider, order: Order, *, close: bool) -> Truth:
    """The provider's word. With ``close`` what still waits there is closed, and its word after that counts."""
    truth = provider.ask(order)
    if not close or truth.standing is not Standing.WAITING or provider.by_hand:
        return truth
    try:
        provider.close(order)
    except ProviderRefused as refusal:
        log.info("payment %s could not be closed: %s", order.id, refusal)
    return provider.ask(order)


def notice(provider_name: str, headers: Mapping[str, str], body: bytes) -> tuple[str, int]:
    """A notification came. Answers with the text and status that its provider wants to see.

    It is only a hint: the provider is asked, and its id is stored together with what that changes. What is not signed by
    the provider is logged and refused (Forged) and changes nothing. While the provider does not answer (ProviderDown)
    nothing is stored, so that it comes again.
    """
    provider = provider_named(provider_name)
    _let_go()  # to check a signature, certificates may have to be fetched
    try:
        told = provider.read_notice(headers, body)
    except Forged:
        log.warning("a notification in the name of %s is forged", provider_name)
        raise
    if told is None or services.is_known(provider_name, told.event_id):
        return provider.thanks
    payment = queries.find_payment(told.payment_id, provider_name)
    if payment is None:
        log.warning("%s tells of a payment that we do not know: %s", provider_name, told.payment_id)
        _let_go()
        return provider.thanks
    _work_on(provider, payment.id, told.event_id)
    return provider.thanks


def _work_on(provider: Provider, payment_id: str, event_id: str) -> None:
    """Ask for the payment and for its refunds, on their way or done (a bank may send one back weeks later); then
    everything in one transaction."""
    order = queries.order_of(queries.get_payment(payment_id))
    sent = (RefundState.SENT, RefundState.DONE)
    waiting = [_words(refund.id) for refund in queries.refunds_of(payment_id) if refund.state in sent]
    _let_go()
    try:
        truth = provider.ask(order)
        refunds = {repayment.id: provider.ask_refund(order, repayment) for repayment in waiting}
    except _TROUBLE as trouble:
        with transaction():
            services.ask_soon(payment_id)
            services.nudge_refunds(payment_id)
        raise _no_answer(provider.name, payment_id, trouble) from trouble
    with transaction():
        if not services.note_notice(provider.name, event_id, payment_id):
            return
        services.apply_truth(payment_id, truth)
        for refund_id, refund_truth in refunds.items():
            services.apply_refund_truth(refund_id, refund_truth)


def _words(refund_id: str) -> Repayment:
    return services.words_of(refund_id)[2]


def send_refund(refund_id: str) -> RefundState:
    """Send a refund that was claimed, or ask what became of it. What is not certain is tried again under the same id."""
    name, order, repayment, known = services.words_of(refund_id)
    _let_go()
    try:
        provider = provider_of(name)
        if provider.by_hand:
            with transaction():
                services.leave_to_staff(refund_id)
            return RefundState.SENT
        truth = _refunded(provider, order, repayment, known=known)
    except ProviderDown as trouble:
        with transaction():
            services.refund_later(refund_id, trouble.message)
        raise
    with transaction():
        return services.apply_refund_truth(refund_id, truth)


def _refunded(provider: Provider, order: Order, repayment: Repayment, *, known: bool) -> RefundTruth:
    """Only what never arrived is sent (again)."""
    if known:
        try:
            truth = provider.ask_refund(order, repayment)
        except _TROUBLE as trouble:
            raise _no_answer(provider.name, order.id, trouble) from trouble
        if truth.standing is not RefundStanding.UNKNOWN:
            return truth
    try:
        return provider.refund(order, repayment)
    except ProviderRefused as refusal:
        return RefundTruth(RefundStanding.FAILED, problem=str(refusal))
    except _NONSENSE as trouble:
        raise _no_answer(provider.name, order.id, trouble) from trouble


def reconcile(provider_name: str, day: date) -> int:
    """Compare the books of one day; returns how many new differences there are. Raises ProviderDown."""
    provider = provider_named(provider_name)
    zone = provider.zone or brand.current().time_zone
    start, end = (clock.day_start(each, zone) for each in (day, day + timedelta(days=1)))
    days = _days_before(day, services.first_day_of_refunds(provider_name, start, end), zone)
    _let_go()
    try:
        before = [line for each in days for line in provider.statements(each)]
        lines = provider.statements(day)
    except _TROUBLE as trouble:
        raise _no_answer(provider_name, str(day), trouble) from trouble
    with transaction():
        return services.note_reconciled(provider_name, day, lines, before=before, start=start, end=end)


def _days_before(day: date, asked_at: datetime | None, zone: str) -> list[date]:
    """The day before, and those since the oldest refund of the day was asked for: books list it where it was begun."""
    back = (day - clock.in_zone(asked_at, zone).date()).days if asked_at else 1
    return [day - timedelta(days=each) for each in range(1, min(max(back, 1), FURTHEST_BACK) + 1)]


def _no_answer(name: str, what: str, trouble: Exception) -> ProviderDown:
    """A question that is refused, or answered with nonsense, is no answer: it is asked again; the log knows why."""
    if isinstance(trouble, ProviderDown):
        if trouble.__cause__ is not None:  # only its kind: addresses and answers hold what no log should
            log.info("%s does not answer about %s: %s", name, what, type(trouble.__cause__).__name__)
        return trouble
    log.error("%s does not answer about %s: %r", name, what, trouble)
    return ProviderDown(unreachable(queries.provider_label(name)))


def _let_go() -> None:
    """End the open read: waiting for a provider must not hold a connection."""
    db.session.rollback()
