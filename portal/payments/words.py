"""Payments in words: states, sums, and what members are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from portal.brand import showing
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.money import Money
from portal.payments.models import DifferenceKind, Payment, PaymentState, RefundState
from portal.payments.services.telling import HELD, PAID, REFUNDED

STATES: dict[PaymentState, Any] = {
    PaymentState.CREATED: _l("Not begun"),
    PaymentState.OPEN: _l("Waiting for the money"),
    PaymentState.PAID: _l("Paid"),
    PaymentState.FAILED: _l("Failed"),
    PaymentState.EXPIRED: _l("Time was over"),
    PaymentState.CANCELLED: _l("Cancelled"),
    PaymentState.WRONG: _l("Another sum came"),
}
#: how each looks: kind and icon of its tag
LOOKS: dict[PaymentState, tuple[str, str]] = {
    PaymentState.CREATED: ("", "circle-dashed"),
    PaymentState.OPEN: ("brand", "hourglass"),
    PaymentState.PAID: ("leaf", "check"),
    PaymentState.FAILED: ("warn", "x"),
    PaymentState.EXPIRED: ("", "clock"),
    PaymentState.CANCELLED: ("", "x"),
    PaymentState.WRONG: ("danger", "triangle-alert"),
}
#: what staff did, as the studio tells it
ACTS: dict[str, Any] = {
    "payment.refund": _l("Gave money back"),
    "payment.refund_paid": _l("Paid it back by hand"),
    "payment.confirm": _l("Confirmed that the money came"),
    "payment.fapiao": _l("Issued the fapiao"),
}
REFUNDS: dict[RefundState, Any] = {
    RefundState.ASKED: _l("On its way"),
    RefundState.SENT: _l("On its way"),
    RefundState.DONE: _l("Given back"),
    RefundState.FAILED: _l("Did not work"),
}
DIFFERENCES: dict[DifferenceKind, Any] = {
    DifferenceKind.UNKNOWN: _l("They list it, we do not count it"),
    DifferenceKind.MISSING: _l("We count it, they do not list it"),
    DifferenceKind.AMOUNT: _l("Another sum"),
}


def standing(payment: Payment) -> tuple[Any, str, str]:
    """How a payment stands, for its tag: label, kind and icon. What has wholly gone back is not just paid."""
    if payment.received and payment.refunded == payment.received:
        return _l("Goes or went back"), "", "undo-2"
    return STATES[payment.state], *LOOKS[payment.state]


def plain_amount(money: Money) -> str:
    """The number alone, as people type it: 168.00."""
    digits = get_currency_precision(money.currency)
    return f"{Decimal(money.amount).scaleb(-digits):.{digits}f}"


def _sum(facts: dict[str, Any]) -> str:
    return showing.money(Money(facts["amount"], facts["currency"]))


def _paid(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your payment of %(sum)s for “%(what)s” has arrived. Receipt %(receipt)s is ready.",
        sum=_sum(facts),
        what=facts["what"],
        receipt=facts["receipt"],
    )


def _refunded(facts: dict[str, Any], count: int) -> str:
    return _("%(sum)s for “%(what)s” went back to you.", sum=_sum(facts), what=facts["what"])


def _held(facts: dict[str, Any], count: int) -> str:
    return _(
        "%(sum)s came for “%(what)s”, which is not what was asked for. We look at it and write to you; your money is safe.",
        sum=_sum(facts),
        what=facts["what"],
    )


def _kind(name: str, icon: str, text: Any, label: Any) -> NotificationKind:
    return NotificationKind(
        name,
        icon,
        text,
        _l("because it is about your money"),
        label=label,
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    )


NOTIFICATION_KINDS = (
    _kind(PAID, "receipt-text", _paid, _l("Receipts")),
    _kind(REFUNDED, "undo-2", _refunded, _l("When money goes back to you")),
    _kind(HELD, "triangle-alert", _held, _l("When another sum came than was asked for")),
)


def timeline_text(state: PaymentState, money: Money, what: str) -> str:
    """One line for staff."""
    return _("%(state)s: %(sum)s for “%(what)s”", state=STATES[state], sum=showing.money(money), what=what)
