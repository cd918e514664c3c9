"""An order that counts is a deed of its buyer, and none any more when it does not."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from portal.core import clock
from portal.core.db import transaction
from portal.orders.services import know_member
from portal.rewards.queries import stitches_between
from tests.make import Make


def stitches(member_id: str) -> int:
    now = clock.now()
    return stitches_between(member_id, now - timedelta(days=365), now + timedelta(days=1))


def test_an_order_of_a_member_is_a_deed(app: Flask, make: Make) -> None:
    member = make.member()
    make.order(member=member)
    assert stitches(member.id) == 3


def test_what_was_bought_as_a_guest_counts_once_it_is_known_whose_it_was(app: Flask, make: Make) -> None:
    make.order(email="guest@example.com")
    member = make.member(email="guest@example.com")
    with transaction():
        know_member(member.id)
    assert stitches(member.id) == 3
    with transaction():
        know_member(member.id)
    assert stitches(member.id) == 3


def test_an_order_that_went_back_wholly_is_none(app: Flask, make: Make) -> None:
    member = make.member()
    order = make.order(member=member, order_no="A1", amount=100_00)
    assert stitches(member.id) == 3
    make.order(member=member, order_no=order.order_no, amount=100_00, refund=100_00)
    assert stitches(member.id) == 0
