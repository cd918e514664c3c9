"""What can be recomputed about events: seats from who holds them, offers from their holds, codes from who came with them,
arrivals from scans, draws from their lists."""

from __future__ import annotations

from portal.core.feature import Proof
from portal.events.queries.counting import (
    arrival_differences,
    code_differences,
    draw_differences,
    offer_differences,
    seat_differences,
)

PROOFS = (
    Proof("events: seats", seat_differences),
    Proof("events: offers", offer_differences),
    Proof("events: access codes", code_differences),
    Proof("events: arrivals", arrival_differences),
    Proof("events: draws", draw_differences),
)
