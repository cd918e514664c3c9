"""Whom a limit counts: people behind one connection together, others apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.core import limits
from portal.core.limits import client_address, limiter, one_more

pytestmark = pytest.mark.one_database


@pytest.fixture
def counting(app: Flask) -> Iterator[None]:
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        ("198.51.100.4", "198.51.100.4"),
        ("::ffff:198.51.100.4", "198.51.100.4"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
    ],
)
def test_the_address_that_counts(app: Flask, seen: str, counted: str) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": seen}):
        assert client_address() == counted


@pytest.mark.usefixtures("counting")
def test_one_more_until_it_is_enough(app: Flask) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "198.51.100.4"}):
        assert [one_more("2/hour", "thing") for _time in range(3)] == [True, True, False]
        assert one_more("2/hour", "another thing")
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "198.51.100.5"}):
        assert one_more("2/hour", "thing")


@pytest.mark.usefixtures("counting")
def test_what_cannot_be_counted_is_left_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(limits.limiter.limiter, "hit", fail)
    with app.test_request_context("/"):
        assert not one_more("2/hour", "thing")
