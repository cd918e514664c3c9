"""A page that is kept, and what it was drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portal.brand import queries as brand
from portal.core import clock
from portal.core.fronts import Look
from portal.events.queries.stamp import Stamp

#: tiers of the members who share a page; None: of visitors
Readers = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Page:
    """The page of an event as all these readers see it: good while its stamp is the same, until time changes it.

    On a member's page ``pieces`` belong to that one, as they stand in ``body``. ``coming`` have a ticket, ``near`` says how
    many of them come from which region.
    """

    slug: str
    look: Look
    readers: Readers
    body: bytes
    stamp: Stamp
    until: datetime
    #: the brand's settings as they were
    house: str
    pieces: Mapping[str, str] = field(default_factory=dict)
    coming: int = 0
    near: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, Look, Readers]:
        return self.slug, self.look, self.readers

    def is_late(self) -> bool:
        """Whether time has changed it, or the brand itself."""
        return clock.now() >= self.until or brand.current().version != self.house
