"""The shapes of an address and of what staff say about a parcel."""

from __future__ import annotations

from portal.core.forms import Form, line
from portal.core.i18n import lazy as _l
from portal.deliveries import rules
from portal.deliveries.rules import Address


class AddressForm(Form):
    """Never filled with what was given before: whoever holds the phone would read it."""

    name = line(_l("Name on the parcel"), most=rules.LONGEST_NAME)
    phone = line(_l("Phone"), most=rules.LONGEST_NAME)
    region = line(_l("Province or state"), most=rules.LONGEST_PLACE)
    city = line(_l("City and district"), most=rules.LONGEST_PLACE)
    street = line(_l("Street, house, door"), most=rules.LONGEST_STREET)
    postcode = line(_l("Postcode"), most=rules.LONGEST_POSTCODE, required=False)

    def address(self) -> Address:
        fields = (self.region, self.city, self.street, self.postcode)
        return Address(*(field.data or "" for field in fields))


class ShipForm(Form):
    carrier = line(_l("Courier"), most=rules.LONGEST_CARRIER, required=False)
    tracking = line(_l("Number of the parcel"), most=rules.LONGEST_TRACKING, required=False)
