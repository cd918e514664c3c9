"""A transfer or cash: we say where to, staff say that it came, and pay back by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

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
    RefundStanding,
    RefundTruth,
    Repayment,
    Standing,
    Truth,
)


class OfflineProvider:
    name = "offline"
    label = _l("Bank transfer or cash")
    currencies: frozenset[str] | None = None
    zone: str | None = None
    thanks = ("", 404)
    by_hand = True
    in_wechat = True
    by_device = False

    def __init__(self, words: str) -> None:
        self._words = words

    def start(self, order: Order, payer: Payer) -> Checkout:
        return Checkout(CheckoutKind.WORDS, self._words)

    def ask(self, order: Order) -> Truth:
        """Only staff know."""
        return Truth(Standing.WAITING)

    def close(self, order: Order) -> None:
        """Nobody can stop a transfer."""

    def refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        return RefundTruth(RefundStanding.WAITING)

    def ask_refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        return RefundTruth(RefundStanding.WAITING)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        raise Forged(_("There is no page at this address."))

    def statements(self, day: date) -> list[Line]:
        """No books but ours."""
        return []
