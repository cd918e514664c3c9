"""What an address is, how it reads once it was given, and what may be done with a delivery."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from portal.core.characters import seen
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.phones import dialable
from portal.deliveries.models import Delivery, DeliveryState

#: nobody says that it came: after so long it did
ARRIVES_WITHIN = timedelta(days=30)
#: before that, its member hears of it so early
ASKED_BEFORE = timedelta(days=5)
#: what was sent may take so long; only then it can be lost
LOST_AFTER = timedelta(days=3)
#: what has an address for so long was probably sent, and nobody said so
WAITS_LONG = timedelta(days=7)
LONGEST_NAME, LONGEST_PLACE, LONGEST_STREET, LONGEST_POSTCODE = 40, 40, 160, 12
LONGEST_CARRIER, LONGEST_TRACKING = 40, 64
#: it did not leave the house
OPEN = (DeliveryState.ASKED, DeliveryState.READY)
#: the address may be given and changed: what is lost perhaps went to a wrong one
ADDRESSABLE = (*OPEN, DeliveryState.LOST)
#: it left the house
SENT = (DeliveryState.SHIPPED, DeliveryState.LOST)
#: staff may send it
SENDABLE = (DeliveryState.READY, DeliveryState.LOST)
#: nothing follows, and no address is kept
OVER = (DeliveryState.RECEIVED, DeliveryState.STOPPED)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes."""

    region: str
    city: str
    street: str
    postcode: str = ""

    def packed(self) -> str:
        """As it is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> Address:
        """What was packed; empty when it is forgotten."""
        return cls(**json.loads(text)) if text else cls("", "", "")

    @property
    def lines(self) -> list[str]:
        """As it stands on a parcel here: from the large to the small."""
        return [line for line in (f"{self.region} {self.city}".strip(), self.street, self.postcode) if line]


def may_be_lost(delivery: Delivery, now: datetime) -> bool:
    """It is on its way, for so long that it should have come."""
    sent_at = delivery.shipped_at
    return delivery.state is DeliveryState.SHIPPED and sent_at is not None and now >= sent_at + LOST_AFTER


def taken_as_received(delivery: Delivery) -> bool:
    """Nobody said that it came; time did. From then on only people can look into it: the address is gone."""
    sent_at, came_at = delivery.shipped_at, delivery.received_at
    asked = delivery.reminded_at is not None
    return asked and sent_at is not None and came_at is not None and came_at >= sent_at + ARRIVES_WITHIN


def masked_name(name: str) -> str:
    """Its owner knows it, nobody else: ``王**``."""
    return f"{name[:1]}**" if name else ""


def masked_phone(phone: str) -> str:
    return f"{phone[:-8]}****{phone[-4:]}" if len(phone) > 8 else "****"


def checked_phone(typed: str) -> str:
    """A number that a courier can call, in the form we keep. Raises Invalid for the field ``phone``."""
    number = dialable(typed)
    if number is None:
        raise Invalid(_("This does not look like a phone number. The courier calls it."), field="phone")
    return number


def checked(text: str, *, most: int, field: str, needed: bool = True) -> str:
    """One line of an address. Raises Invalid for ``field``."""
    line = seen(text)
    if needed and not line:
        raise Invalid(_("Please fill this in."), field=field)
    if len(line) > most:
        raise Invalid(_("Please use at most %(most)s characters.", most=most), field=field)
    return line
