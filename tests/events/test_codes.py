"""The code on a ticket: read however it was typed, and under a seal where it was scanned."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.events.rules.codes import code_from, sealed, shown_code, ticket_address

CODE = "8K3M27QX"


def test_a_typed_code_is_read_kindly(app: Flask) -> None:
    assert shown_code(CODE) == "8K3M-27QX"
    for typed in ("8K3M-27QX", "8k3m27qx", " 8K3M 27QX ", "8Ｋ３Ｍ－２７ＱＸ", "8K3M–27QX", "/t/8K3M27QX"):
        assert code_from(typed) == (CODE, False), typed
    assert code_from("O1lI-ABCD") == ("0111ABCD", False)


def test_what_the_door_scans_comes_with_its_seal(app: Flask) -> None:
    address = ticket_address(CODE)
    assert address.startswith("http") and f"/t/{CODE}." in address
    for scanned in (address, sealed(CODE), sealed(CODE).lower(), f"{address}/"):
        assert code_from(scanned) == (CODE, True), scanned


@pytest.mark.parametrize(
    "rubbish",
    [
        "",
        "8K3M",
        "8K3M-27QX-1",
        "8K3M-27QU",
        "😀" * 8,
        "000123-1f09c4a2b7",
        "https://example.org/",
        "x" * 5000,
    ],
)
def test_anything_else_is_no_code(app: Flask, rubbish: str) -> None:
    assert code_from(rubbish) is None


def test_a_false_seal_is_worse_than_none(app: Flask) -> None:
    forged = sealed(CODE)[:-1] + ("0" if sealed(CODE)[-1] != "0" else "1")
    assert code_from(forged) is None
    assert code_from(sealed("8K3M27QY").replace("QY", "QX")) is None
