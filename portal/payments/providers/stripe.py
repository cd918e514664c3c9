"""Stripe: a Checkout Session on their page, webhooks signed with a shared secret.

A session is begun under our id as idempotency key, so a second attempt finds the first. Payment intents and refunds
carry our ids as metadata: by these the books are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import stripe
from babel.numbers import get_currency_precision, list_currencies

from portal.brand import queries as brand
from portal.core import clock
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.payments.providers import (
    Checkout,
    CheckoutKind,
    Forged,
    Line,
    Notice,
    Order,
    Payer,
    ProviderDown,
    ProviderRefused,
    RefundStanding,
    RefundTruth,
    Repayment,
    Standing,
    Truth,
    unreachable,
)
from portal.payments.settings import Stripe

#: seconds to wait for an answer
PATIENCE = 15
#: a session lives at least half an hour and at most a day; a little inside of that, because clocks differ. Within one
#: share of a long hold the same session is asked for
SHORTEST, LONGEST, SHARE = timedelta(minutes=45), timedelta(hours=23), timedelta(hours=12)
#: refusals that pass: a refund that waits until there is money, the same question asked by somebody else right now
NOT_NOW = ("balance_insufficient", "insufficient_funds", "idempotency_key_in_use", "lock_timeout")
#: currencies that are counted without cents there; all others that we offer with two digits
WHOLE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
#: what became of a refund
_REFUNDS = {
    "succeeded": RefundStanding.DONE,
    "pending": RefundStanding.WAITING,
    "requires_action": RefundStanding.WAITING,
    "failed": RefundStanding.FAILED,
    "canceled": RefundStanding.FAILED,
}
Answer = TypeVar("Answer")


class StripeProvider:
    name = "stripe"
    label = _l("Card (Stripe)")
    #: where their minor units are ours: five krónur must not be charged as five hundredths of one
    currencies: frozenset[str] | None = frozenset(
        code for code in list_currencies() if get_currency_precision(code) == (0 if code in WHOLE else 2)
    )
    zone: str | None = None
    thanks = ("", 200)
    by_hand = False
    in_wechat = True
    by_device = False

    def __init__(self, settings: Stripe) -> None:
        self._hook_secret = settings.hook_secret
        self._client = stripe.StripeClient(
            settings.key,
            base_addresses={"api": settings.url},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=PATIENCE),
        )

    def start(self, order: Order, payer: Payer) -> Checkout:
        share = (clock.now() - order.started_at) // SHARE
        session = self._call(
            lambda: self._client.v1.checkout.sessions.create(
                params=_session(order, share),  # type: ignore[arg-type]
                options={"idempotency_key": f"pay-{order.id}-{share}"},
            )
        )
        return Checkout(CheckoutKind.URL, session.url or "", session.id)

    def ask(self, order: Order) -> Truth:
        """A session that was never kept here was never shown to anybody."""
        if order.provider_ref is None:
            return Truth(Standing.UNKNOWN)
        session = self._session_of(order)
        if session.payment_status == "paid":
            charge = session.payment_intent.latest_charge
            return Truth(
                Standing.PAID,
                session.amount_total or 0,
                (session.currency or "").upper(),
                datetime.fromtimestamp(charge.created, UTC),
            )
        if session.status == "complete":  # money that was promised and did not come
            failed = session.payment_intent.status in ("requires_payment_method", "canceled")
            return Truth(Standing.FAILED if failed else Standing.WAITING)
        return Truth(Standing.CLOSED if session.status == "expired" else Standing.WAITING)

    def close(self, order: Order) -> None:
        ref = order.provider_ref
        if ref is not None:
            self._call(lambda: self._client.v1.checkout.sessions.expire(ref))

    def refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        intent = self._session_of(order).payment_intent
        made = self._call(
            lambda: self._client.v1.refunds.create(
                params={
                    "payment_intent": intent.id,
                    "amount": repayment.amount,
                    "metadata": {"payment_id": order.id, "refund_id": repayment.id},
                },
                options={"idempotency_key": f"refund-{repayment.id}"},
            )
        )
        return _refund_truth(made)

    def ask_refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        intent = self._session_of(order).payment_intent
        found = self._call(lambda: self._all(self._client.v1.refunds.list, {"payment_intent": intent.id}))
        for refund in found:
            if _known(refund).get("refund_id") == repayment.id:
                return _refund_truth(refund)
        return RefundTruth(RefundStanding.UNKNOWN)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        try:
            signature = headers.get("Stripe-Signature", "")
            event = stripe.Webhook.construct_event(body, signature, self._hook_secret)
            about = event.data.object.to_dict()
        except (stripe.SignatureVerificationError, ValueError, AttributeError, TypeError) as error:
            raise Forged(_("This notification is not signed.")) from error
        metadata = about.get("metadata") or {}
        payment_id = about.get("client_reference_id") or metadata.get("payment_id")
        return Notice(event.id, str(payment_id)) if payment_id else None

    def statements(self, day: date) -> list[Line]:
        zone = brand.current().time_zone
        start, end = (int(clock.day_start(each, zone).timestamp()) for each in (day, day + timedelta(days=1)))
        wanted = {"created": {"gte": start, "lt": end}}
        charges = self._call(lambda: self._all(self._client.v1.charges.list, wanted))
        refunds = self._call(lambda: self._all(self._client.v1.refunds.list, wanted))
        lines = [_charge_line(charge) for charge in charges if charge.status == "succeeded"]
        return lines + [_refund_line(refund) for refund in refunds if refund.status == "succeeded"]

    def _session_of(self, order: Order) -> Any:
        params = {"expand": ["payment_intent.latest_charge"]}
        ref = order.provider_ref or ""
        return self._call(lambda: self._client.v1.checkout.sessions.retrieve(ref, params=params))  # type: ignore[arg-type]

    def _all(self, listing: Callable[..., Any], params: dict[str, Any]) -> list[Any]:
        return list(listing(params=params | {"limit": 100}).auto_paging_iter())

    def _call(self, question: Callable[[], Answer]) -> Answer:
        """What cannot be asked now can be asked later; what is refused stays refused."""
        try:
            return question()
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            if error.code in NOT_NOW:
                raise ProviderDown(unreachable(self.label)) from error
            raise ProviderRefused(error.user_message or str(error)) from error
        except stripe.StripeError as error:
            raise ProviderDown(unreachable(self.label)) from error


def _session(order: Order, share: int) -> dict[str, Any]:
    """The same words each time within a share of the hold: only then is a repeated request the same request.

    However late within the hold it is begun, the session lives long enough to be taken; it is closed when our time is
    over. Cards only: what is held for minutes cannot wait for a bank that takes days. No other currency is offered there,
    because what came is compared with what was asked for.
    """
    ends = min(order.expires_at + SHORTEST, order.started_at + share * SHARE + LONGEST)
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": order.id,
        "metadata": {"payment_id": order.id},
        "payment_intent_data": {"metadata": {"payment_id": order.id}, "description": order.description},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency.lower(),
                    "unit_amount": order.amount,
                    "product_data": {"name": order.description},
                },
            }
        ],
        "success_url": order.return_url,
        "cancel_url": order.return_url,
        "expires_at": int(ends.timestamp()),
    }


def _refund_truth(refund: Any) -> RefundTruth:
    standing = _REFUNDS.get(refund.status, RefundStanding.WAITING)
    at = datetime.fromtimestamp(refund.created, UTC)
    return RefundTruth(standing, refund.id, str(getattr(refund, "failure_reason", "") or ""), at)


def _known(thing: Any) -> dict[str, str]:
    """What we wrote on it when it was made."""
    return dict(thing.metadata.to_dict()) if thing.metadata else {}


def _charge_line(charge: Any) -> Line:
    payment_id = _known(charge).get("payment_id")
    return Line(charge.id, payment_id, None, charge.amount, charge.currency.upper())


def _refund_line(refund: Any) -> Line:
    known = _known(refund)
    return Line(
        refund.id,
        known.get("payment_id"),
        known.get("refund_id"),
        refund.amount,
        refund.currency.upper(),
        True,
    )
