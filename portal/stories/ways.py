"""What the wall can be narrowed to: products and regions, kept for a few seconds.

A member who hides their region takes it off their stories in the same transaction; the list here is counted from those.
So that no page names a region that nobody tells any more, whatever takes a region off the wall calls :func:`changed`:
this process asks anew at the next request, others after at most ``CHOICES_SECONDS``.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.catalog.queries import ProductName, products_for_choice
from portal.core.access import Viewer
from portal.core.db import after_commit
from portal.core.i18n import language
from portal.core.keeping import Fresh
from portal.stories import queries
from portal.stories.queries.apart import hidden_by_region

CHOICES_SECONDS = 5.0


@dataclass(frozen=True)
class Choices:
    """Products and regions that stories can be filtered by."""

    products: list[ProductName]
    regions: list[tuple[str, int]]


def _ask(_tongue: str) -> Choices:
    return Choices(products_for_choice(), queries.region_counts())


kept: Fresh[Choices] = Fresh(CHOICES_SECONDS, _ask)


def choices(me: Viewer | None) -> Choices:
    """What the wall can be narrowed to. One more query for who keeps away from people."""
    found, hidden = kept(language()), hidden_by_region(me)
    if not hidden:
        return found
    left = [(region, count - hidden.get(region, 0)) for region, count in found.regions]
    return Choices(found.products, [(region, count) for region, count in left if count > 0])


def changed() -> None:
    """A story leaves the wall, or no longer tells where it comes from: forget, once that is stored."""
    after_commit(kept.forget)
