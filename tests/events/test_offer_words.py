"""What the button of the choice promises: it names the deed that follows, for this ticket and this person."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.money import Money
from portal.events.models import TicketType
from portal.events.queries.offer import Offered
from portal.events.rules.sale import Sale
from portal.events.words import act_of


def offered(*, price: int = 0, **facts: Any) -> Offered:
    kind = TicketType(admits=2, price=price, currency="CNY")
    values = {"sale": Sale.OPEN, "left": 8, "waited_for": False, "tier": None, "opens_at": clock.now()}
    full = Money(price, "CNY")
    return Offered(type=kind, price=full, full=full, **values | facts)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Claim my ticket"),
        ({"price": 8800}, "Go on with this ticket"),
        ({"left": 1}, "To the waiting list"),
        ({"left": 1, "waiting_id": "w"}, "See your place"),
        ({"waited_for": True, "price": 8800}, "To the waiting list"),
        ({"left": 0, "sale": Sale.NOT_YET}, "Claim my ticket"),
    ],
    ids=["free", "paid", "one left of two", "in line", "others wait", "not yet on sale"],
)
def test_the_button_names_what_follows(app: Flask, facts: dict[str, Any], words: str) -> None:
    assert act_of(offered(**facts)) == words
