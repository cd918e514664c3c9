"""Redis is away: people still get in, and each process counts for itself."""

from __future__ import annotations

import pytest
from flask import current_app

from portal.core.limits import limiter
from tests.concurrency.crowd import House, at_once

pytestmark = pytest.mark.one_database

#: nobody listens there
AWAY = "redis://127.0.0.1:9"


def knock(times: int) -> list[int]:
    """Ask for the sign-in page to be answered so many times, as fast as it goes. Returns the statuses."""
    limiter.enabled = True
    browser = current_app.test_client()
    return [browser.post("/sign-in", data={"email": "nobody"}).status_code for _time in range(times)]


def test_limits_hold_without_their_store(house: House) -> None:
    [statuses] = at_once(house.with_settings(REDIS_URL=AWAY), knock, [(22,)])
    assert statuses == [422] * 20 + [429] * 2
