"""What the catalogue tells those above it: frozen facts of ids, sent inside the transaction that makes them true."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class ProductRenamed:
    """A product has another name, in at least one language."""

    product_id: str


product_renamed = _signals.signal("product-renamed")
