"""A page that is kept, and what it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.brand import queries as brand
from portal.core import clock
from portal.events.queries.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Page:
    """The page of an event as all visitors see it: good while its stamp is the same, until time changes it."""

    slug: str
    body: bytes
    stamp: Stamp
    until: datetime
    #: the brand's settings as they were
    house: str

    def is_late(self) -> bool:
        """Whether time has changed it, or the brand itself."""
        return clock.now() >= self.until or brand.current().version != self.house
