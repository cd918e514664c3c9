"""What the states of a delivery are called."""

from __future__ import annotations

from portal.core.i18n import lazy as _l
from portal.deliveries.models import DeliveryState

#: the word, and the kind of its label
STATES = {
    DeliveryState.ASKED.value: (_l("Where to?"), "gold"),
    DeliveryState.READY.value: (_l("Being packed"), "brand"),
    DeliveryState.SHIPPED.value: (_l("In the post"), "brand"),
    DeliveryState.LOST.value: (_l("Did not come"), "warn"),
    DeliveryState.RECEIVED.value: (_l("Arrived"), "leaf"),
    DeliveryState.STOPPED.value: (_l("Not sent"), ""),
}
#: the lists of staff
LISTS = {
    "ready": _l("To send"),
    "lost": _l("Did not come"),
    "asked": _l("Without an address"),
    "shipped": _l("On the way"),
    "over": _l("Arrived or stopped"),
}
