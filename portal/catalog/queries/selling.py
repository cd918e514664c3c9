"""Where a product can be bought, and until when that is held back: the rooms above say so, each for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.catalog.models import Product
from portal.core.access import Viewer

OpensAt = Callable[[str, Viewer | None], datetime | None]

#: by the name of the room; each is asked for the id of a product and who looks at it, in one query
_asked: dict[str, OpensAt] = {}


@dataclass(frozen=True, slots=True)
class Shop:
    """``url`` is empty while nothing leads there; ``opens_at`` says from when on it will, if that is known."""

    url: str = ""
    opens_at: datetime | None = None


def let_hold_back(room: str, opens_at: OpensAt) -> None:
    """From now on ``opens_at(product id, viewer)`` can keep the way to the shop closed: it answers with the moment from which
    it is open to this viewer while that lies ahead, else None.
    """
    _asked[room] = opens_at


def shop_of(product: Product, viewer: Viewer | None) -> Shop:
    """The way to the shop as this viewer may go it now. One query for each room that was let, none without a link."""
    if not product.shop_url:
        return Shop()
    held = [moment for asks in _asked.values() if (moment := asks(product.id, viewer))]
    return Shop(opens_at=max(held)) if held else Shop(product.shop_url)
