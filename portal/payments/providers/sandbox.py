"""Play money for the demo and the tests: a payer's page of our own, and notifications signed like all others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from portal.brand import queries as brand
from portal.core import clock
from portal.core.crypto import same, seal
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.payments.providers import (
    Checkout,
    CheckoutKind,
    Forged,
    Line,
    Notice,
    Order,
    Payer,
    RefundStanding,
    RefundTruth,
    Repayment,
    Standing,
    Truth,
)
from portal.payments.providers.till import Given, Till

SIGNATURE = "X-Sandbox-Signature"
#: an old signature is a repeated one
TOLERANCE = timedelta(minutes=5)
_STANDINGS = {
    "waiting": Standing.WAITING,
    "paid": Standing.PAID,
    "failed": Standing.FAILED,
    "closed": Standing.CLOSED,
}


class SandboxProvider:
    name = "sandbox"
    label = _l("Play money")
    currencies: frozenset[str] | None = None
    zone: str | None = None
    thanks = ("thank you", 200)
    by_hand = False
    in_wechat = True
    by_device = False

    def __init__(self, folder: Path, secret_key: str) -> None:
        self.till = Till(folder / "sandbox.sqlite")
        self._key = seal(secret_key, b"sandbox")

    def start(self, order: Order, payer: Payer) -> Checkout:
        self.till.open(order.id, order.amount, order.currency)
        return Checkout(
            CheckoutKind.URL, path_to("payments.sandbox", payment_id=order.id), f"play-{order.id}"
        )

    def ask(self, order: Order) -> Truth:
        charge = self.till.find(order.id)
        if charge is None:
            return Truth(Standing.UNKNOWN)
        return Truth(_STANDINGS[charge.state], charge.paid, charge.paid_in, charge.at)

    def close(self, order: Order) -> None:
        self.till.end(order.id, "closed")

    def refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        given = Given(repayment.id, order.id, repayment.amount, clock.now())
        if not self.till.give_back(given):
            return RefundTruth(RefundStanding.FAILED, problem="more than came")
        return self.ask_refund(order, repayment)

    def ask_refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        given = self.till.find_given(repayment.id)
        if given is None:
            return RefundTruth(RefundStanding.UNKNOWN)
        return RefundTruth(RefundStanding.DONE, f"back-{given.id}", at=given.at)

    def notification(self, event_id: str, payment_id: str) -> tuple[dict[str, str], bytes]:
        """Headers and body as the sandbox sends them."""
        body = json.dumps({"id": event_id, "payment": payment_id}).encode()
        stamp = str(int(clock.now().timestamp()))
        return {SIGNATURE: f"t={stamp},v1={self._sign(stamp, body)}"}, body

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        parts = dict(part.partition("=")[::2] for part in headers.get(SIGNATURE, "").split(","))
        stamp = parts.get("t", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise Forged(_("This notification is not signed."))
        fresh = abs(clock.now() - datetime.fromtimestamp(int(stamp), UTC)) <= TOLERANCE
        if not fresh or not same(self._sign(stamp, body), parts.get("v1", "")):
            raise Forged(_("This notification is not signed."))
        said = json.loads(body)
        return Notice(said["id"], said["payment"])

    def statements(self, day: date) -> list[Line]:
        start, end = (
            clock.day_start(moment, brand.current().time_zone) for moment in (day, day + clock.days(1))
        )
        came, back = self.till.between(start, end)
        lines = [Line(f"play-{one.id}", one.id, None, one.paid, one.paid_in) for one in came]
        for one in back:
            charge = self.till.find(one.charge_id)
            currency = charge.paid_in if charge else ""
            lines.append(Line(f"back-{one.id}", one.charge_id, one.id, one.amount, currency, is_refund=True))
        return lines

    def _sign(self, stamp: str, body: bytes) -> str:
        return seal(self._key, stamp.encode() + b"." + body)
