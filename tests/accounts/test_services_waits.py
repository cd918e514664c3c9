"""Growing waits of those who guess: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import services
from portal.accounts.models import Throttle
from portal.accounts.services import Kind
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import TooMany
from tests.accounts.arriving import HERE, sign_up

Outbox = Callable[[], list[Any]]


def test_waits_grow_per_account(app: Flask) -> None:
    start = clock.now()

    def knock(seconds: float) -> int:
        """Seconds to wait, 0 when it was our turn."""
        with clock.travel(start + timedelta(seconds=seconds)):
            try:
                with transaction():
                    services.take_turn(Kind.PASSWORD, account="a@example.com", address=HERE)
            except TooMany as refusal:
                return refusal.retry_after
        return 0

    assert [knock(0) for _try in range(5)] == [0] * 5
    assert knock(0) == 15
    assert knock(16) == 0
    assert knock(17) == 29
    assert knock(50) == 0
    assert knock(3 * 24 * 3600) == 0
    assert knock(3 * 24 * 3600) == 0


def test_waits_hold_for_an_address_over_many_accounts(app: Flask) -> None:
    for number in range(30):
        with transaction():
            services.take_turn(Kind.PASSWORD, account=f"{number}@example.com", address="2001:db8::/64")
    with pytest.raises(TooMany), transaction():
        services.take_turn(Kind.PASSWORD, account="next@example.com", address="2001:db8::/64")
    with transaction():
        services.take_turn(Kind.PASSWORD, account="next@example.com", address="2001:db8:1::/64")


def test_success_forgives(app: Flask) -> None:
    for _try in range(5):
        with transaction():
            services.take_turn(Kind.PASSWORD, account="a@example.com", address=HERE)
    with transaction():
        services.forgive(Kind.PASSWORD, account="a@example.com", address=HERE)
    for _try in range(5):
        with transaction():
            services.take_turn(Kind.PASSWORD, account="a@example.com", address=HERE)
    assert db.session.scalar(sa.select(Throttle.failures).where(Throttle.key.like("%:address:%"))) == 9


def test_mails_to_one_address_are_spaced(app: Flask, outbox: Outbox) -> None:
    for _mail in range(3):
        sign_up()
    with pytest.raises(TooMany):
        sign_up()
    assert len(outbox()) == 3


def test_waits_do_not_name_people(app: Flask) -> None:
    sign_up("someone@example.com")
    assert not any("someone" in key for key in db.session.scalars(sa.select(Throttle.key)))
