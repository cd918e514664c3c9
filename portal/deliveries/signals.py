"""What deliveries tell those above them: frozen facts, sent inside the transaction that makes them true."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class DeliveryChanged:
    """A delivery for a thing above; what happened is the signal's name. ``declined``: its member did not want it."""

    delivery_id: str
    owner_kind: str
    owner_id: str
    member_id: str
    declined: bool = False


delivery_ready = _signals.signal("delivery-ready")
delivery_shipped = _signals.signal("delivery-shipped")
delivery_received = _signals.signal("delivery-received")
delivery_stopped = _signals.signal("delivery-stopped")
