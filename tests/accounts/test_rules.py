"""Rules about addresses, waits, greetings and devices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from portal.accounts import passwords, rules
from portal.accounts.models import Role
from portal.accounts.queries.card import months_between
from portal.accounts.roles import PERMISSION_LABELS, PERMISSIONS, ROLE_LABELS, permissions_of, roles_with
from portal.core.access import Permission
from portal.core.errors import Invalid

pytestmark = pytest.mark.one_database


def test_wait_doubles_after_the_free_tries() -> None:
    pace = {"free": 5, "first": timedelta(seconds=15), "longest": timedelta(minutes=15)}
    waits = [rules.wait_after(failures, **pace).total_seconds() for failures in (0, 4, 5, 6, 7, 12, 10_000)]
    assert waits == [0, 0, 15, 30, 60, 900, 900]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Alice@Example.COM ", "alice@example.com"),
        ("a.b+c@例子.中国", "a.b+c@xn--fsqu00a.xn--fiqs8s"),
        ("xiaoman@demo.example", "xiaoman@demo.example"),
    ],
)
def test_addresses_have_one_form(typed: str, kept: str) -> None:
    assert rules.normalised_email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "alice", "alice@", "@example.com", "a b@example.com", "a@b\nBcc: x@y.zz"]
)
def test_other_texts_are_no_addresses(app: Flask, typed: str) -> None:
    with pytest.raises(Invalid):
        rules.normalised_email(typed)


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (1, "Good morning, 小满"),
        (6, "Good afternoon, 小满"),
        (12, "Good evening, 小满"),
        (18, "Still up, 小满?"),
    ],
)
def test_greeting_by_the_shops_hour(app: Flask, hour: int, words: str) -> None:
    moment = datetime(2025, 6, 1, hour, 30, tzinfo=UTC)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert rules.greeting("小满", moment, "Asia/Shanghai") == words


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "iPhone · Safari",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0",
            "Android · WeChat",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "Windows · Edge"),
        ("curl/8", ""),
    ],
)
def test_devices_are_named_in_two_words(agent: str, label: str) -> None:
    assert rules.device_label(agent) == label


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 1, 31), date(2024, 2, 29), 0),
        (date(2024, 1, 15), date(2025, 1, 15), 12),
        (date(2024, 1, 15), date(2025, 1, 14), 11),
        (date(2024, 3, 1), date(2024, 2, 1), 0),
    ],
)
def test_whole_months(start: date, end: date, months: int) -> None:
    assert months_between(start, end) == months


def test_numbers_have_at_least_six_digits() -> None:
    assert [rules.shown_number(number) for number in (427, 1234567)] == ["No. 000427", "No. 1234567"]


def test_permission_page_is_complete() -> None:
    assert set(PERMISSIONS) == set(ROLE_LABELS) == set(Role)
    assert set(PERMISSION_LABELS) == set(Permission)
    assert PERMISSIONS[Role.OWNER] == frozenset(Permission)
    assert permissions_of([]) == frozenset()
    assert roles_with(Permission.MANAGE_STAFF) == [Role.OWNER]


def test_passwords() -> None:
    stored = passwords.hash_password("correct horse")
    assert stored.startswith("$argon2id$")
    assert passwords.fits(stored, "correct horse")
    assert not passwords.fits(stored, "wrong horse")
    assert not passwords.fits(None, "correct horse")
    assert not passwords.fits("rubbish", "correct horse")
    assert not passwords.is_outdated(stored)
