"""What can be recomputed about events: seats from who holds them, offers from their holds, codes from who came with them."""

from __future__ import annotations

from portal.core.feature import Proof
from portal.events.queries.counting import code_differences, offer_differences, seat_differences

PROOFS = (
    Proof("events: seats", seat_differences),
    Proof("events: offers", offer_differences),
    Proof("events: access codes", code_differences),
)
