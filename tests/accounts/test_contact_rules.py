"""One form for every number, whatever was typed; and what a page shows of it."""

from __future__ import annotations

import pytest

from portal.accounts import rules
from portal.core.errors import Invalid

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("app")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800000000", "+8613800000000"),
        (" 138 0000 0000 ", "+8613800000000"),
        ("138-0000-0000", "+8613800000000"),
        ("+86 138 0000 0000", "+8613800000000"),
        ("008613800000000", "+8613800000000"),
        ("8613800000000", "+8613800000000"),
        ("１３８００００００００", "+8613800000000"),
        ("＋８６　１９９　００００　００００", "+8619900000000"),
    ],
)
def test_numbers_have_one_form(typed: str, kept: str) -> None:
    assert rules.normalised_phone(typed) == kept
    assert rules.normalised_contact(typed, countries=("CN",)) == kept


def test_other_countries_when_the_house_writes_to_them() -> None:
    assert rules.normalised_phone("+1 201 555 0123", ("CN", "US")) == "+12015550123"
    assert rules.normalised_phone("98765432", ("HK", "CN")) == "+85298765432"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "does not look like"),
        ("138", "does not look like"),
        ("1380000000", "does not look like"),
        ("138000000000", "does not look like"),
        ("12300000000", "does not look like"),
        ("1" * 5000, "does not look like"),
        ("打我电话", "does not look like"),
        ("😀13800000000", "does not look like"),
        ("010-12345678", "cannot receive text messages"),
        ("4008001234", "cannot receive text messages"),
        ("+1 201 555 0123", "to that country"),
    ],
)
def test_what_is_no_mobile_number(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as refusal:
        rules.normalised_phone(typed)
    assert refusal.value.field == "email"


def test_one_field_for_both() -> None:
    assert rules.normalised_contact(" Lin＠Example.com", countries=("CN",)) == "lin@example.com"
    with pytest.raises(Invalid, match="an email address or a mobile number"):
        rules.normalised_contact("林小满", countries=("CN",))
    with pytest.raises(Invalid, match="does not look like an email"):
        rules.normalised_contact("13800000000", countries=())


def test_readable() -> None:
    assert rules.readable("+8613800001234") == "138 0000 1234"
    assert rules.readable("+12015550123") == "+12015550123"
    assert rules.readable("lin@example.com") == "lin@example.com"


def test_masked() -> None:
    assert rules.masked("+8613800001234") == "138****1234"
    assert rules.masked("lin@example.com") == "l**@example.com"
    assert "5550" not in rules.masked("+12015550123")


def test_a_number_is_no_password_for_itself() -> None:
    for password in ("13800000000", "+8613800000000", "8613800000000"):
        with pytest.raises(Invalid, match="address or number"):
            rules.check_password(password, email="+8613800000000")
