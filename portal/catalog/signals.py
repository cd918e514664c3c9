"""What others may want to know about products."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class ProductChanged:
    """A product's name, address or visibility is different now (sent inside the transaction)."""

    product_id: str


product_changed = _signals.signal("product-changed")
