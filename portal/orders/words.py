"""How orders are spoken of: kinds, states, amounts."""

from __future__ import annotations

from portal.brand.showing import money
from portal.core.i18n import lazy as _l
from portal.core.money import Money
from portal.orders.models import ImportState, OrderKind, OrderStatus
from portal.orders.queries import Show

KINDS = {
    OrderKind.SALE: _l("Sale"),
    OrderKind.REPLACEMENT: _l("Replacement"),
    OrderKind.SAMPLE: _l("Sample"),
    OrderKind.TEST: _l("Test order"),
    OrderKind.STAFF: _l("Staff order"),
}
STATES = {
    OrderStatus.PENDING: _l("Not paid yet"),
    OrderStatus.PAID: _l("Paid"),
    OrderStatus.CANCELLED: _l("Cancelled"),
}
SHOWS = {
    Show.ALL: _l("All"),
    Show.COUNTING: _l("Counts as a purchase"),
    Show.UNKNOWN: _l("Nobody knows whose"),
    Show.OTHER: _l("Does not count"),
}
IMPORT_STATES = {
    ImportState.READING: _l("Being read"),
    ImportState.LOOKING: _l("Being checked"),
    ImportState.CHECKED: _l("Waits for you"),
    ImportState.APPLYING: _l("Being written"),
    ImportState.DONE: _l("Done"),
    ImportState.FAILED: _l("Cannot be used"),
    ImportState.DROPPED: _l("Dropped"),
}


def amount(minor: int, currency: str) -> str:
    """As people of the visitor's language write it: ¥168.00."""
    return money(Money(minor, currency))
