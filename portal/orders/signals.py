"""What those above hear of orders: frozen facts of ids, sent inside the transaction that makes them true."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class OrderQualified:
    """An order counts as a purchase of this member (None: of nobody we know as a member) and did not before.

    Sent too when an order that counts becomes this member's.
    """

    order_id: str
    member_id: str | None


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """Whose an order is, whether it counts, or what it came to is different now."""

    order_id: str
    member_id: str | None
    qualified: bool
    was_member_id: str | None
    was_qualified: bool


@dataclass(frozen=True, slots=True)
class OwnershipChanged:
    """What these members own may be different now."""

    member_ids: tuple[str, ...]


order_qualified = _signals.signal("order-qualified")
order_changed = _signals.signal("order-changed")
ownership_changed = _signals.signal("ownership-changed")
#: the same once more, when everything else that follows from it is noted: for whoever takes messages back
ownership_settled = _signals.signal("ownership-settled")
