"""How the portal speaks with those who move money: one protocol, and what is said in it.

Everything here is plain values: while a provider is asked, no row of ours is held and no read is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from portal.core.errors import Conflict, DomainError
from portal.core.i18n import _


class ProviderDown(Conflict):
    """The provider cannot be reached, or answered with what makes no sense. Ask again later."""


def unreachable(label: object) -> str:
    """The sentence for people when a provider does not answer."""
    return _("We could not reach %(provider)s just now. Nothing was taken; please try again.", provider=label)


class ProviderRefused(Exception):
    """The provider understood and said no, for good. The text is for the log and for staff."""


class Forged(DomainError):
    """A notification that its provider did not sign, or that is not for us."""

    status = 403


@dataclass(frozen=True, slots=True)
class Order:
    """A payment as the provider is told of it. ``amount`` in minor units of ``currency``.

    ``received`` and ``received_currency`` are what came for it (0 while nothing did).
    """

    id: str
    amount: int
    currency: str
    description: str
    provider_ref: str | None
    started_at: datetime
    expires_at: datetime
    received: int
    received_currency: str
    return_url: str
    notify_url: str


@dataclass(frozen=True, slots=True)
class Payer:
    """Who stands before the screen: on a phone or not, in WeChat's own browser or not, at which address."""

    on_phone: bool = False
    in_wechat: bool = False
    address: str = "127.0.0.1"


class CheckoutKind(StrEnum):
    """An address to go to, a text to be shown as QR and scanned, or words that say what to do."""

    URL = "url"
    QR = "qr"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Checkout:
    """The way to pay, and under which name the provider keeps it (None: under our id).

    ``lasts``: how long it can be used, then the provider is asked for a fresh one; None: as long as the payment runs.
    """

    kind: CheckoutKind
    value: str
    provider_ref: str | None = None
    lasts: timedelta | None = None


class Standing(StrEnum):
    """How a payment stands with the provider. ``unknown``: it was never begun there."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Truth:
    """What the provider says when asked. ``amount``, ``currency`` and ``paid_at`` are given when it is paid."""

    standing: Standing
    amount: int = 0
    currency: str = ""
    paid_at: datetime | None = None
    provider_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Repayment:
    """A refund as the provider is told of it; in the currency that came."""

    id: str
    amount: int
    reason: str
    provider_ref: str | None


class RefundStanding(StrEnum):
    UNKNOWN = "unknown"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RefundTruth:
    """``problem``: why it failed, or what keeps it waiting until a person acts. ``at``: when it was done by the provider's
    clock, where it tells."""

    standing: RefundStanding
    provider_ref: str | None = None
    problem: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification that its provider really sent. It only says where to look."""

    event_id: str
    payment_id: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a provider's books. ``payment_id`` and ``refund_id`` as we gave them, when the line tells them."""

    ref: str
    payment_id: str | None
    refund_id: str | None
    amount: int
    currency: str
    is_refund: bool = False


class Provider(Protocol):
    """One way to pay. All but ``read_notice`` may raise ProviderDown and ProviderRefused.

    ``currencies``: those it takes; None for all. ``zone``: the calendar of its books; None for the shop's. ``thanks``: how
    it wants a notification to be answered. ``by_hand``: nobody can be asked, staff say what came and pay back themselves.
    ``in_wechat``: it can be opened inside WeChat's own browser. ``by_device``: what was begun on a phone can be paid on a
    phone only, and what was begun at a desk only from a second screen.
    """

    name: str
    label: Any
    currencies: frozenset[str] | None
    zone: str | None
    thanks: tuple[str, int]
    by_hand: bool
    in_wechat: bool
    by_device: bool

    def start(self, order: Order, payer: Payer) -> Checkout:
        """Begin, or find again what was begun under this id: asking twice makes one."""

    def ask(self, order: Order) -> Truth:
        """How it stands."""

    def close(self, order: Order) -> None:
        """Nobody shall be able to pay it any more. What was paid meanwhile stays paid."""

    def refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        """Give money back; asking twice under one id gives it back once."""

    def ask_refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        """How it stands with a refund; unknown when it never arrived."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """Whose sign is on it, and what is it about? None for what is genuine and no concern of ours. Raises Forged."""

    def statements(self, day: date) -> list[Line]:
        """Its books of one day."""
