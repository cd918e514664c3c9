"""Seals: only ours open, and only for what they were made for."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.crypto import seal, signed, unsigned

pytestmark = pytest.mark.one_database


def test_a_seal_opens_for_its_purpose_only(app: Flask) -> None:
    token = signed("stop mail", "01abc~stories.answered")
    assert token.startswith("01abc~stories.answered.")
    assert unsigned("stop mail", token) == "01abc~stories.answered"
    assert unsigned("something else", token) is None


@pytest.mark.parametrize("change", ["", "x", ".", "01abc~all.", "é", "\udcff", "a" * 100_000])
def test_nothing_else_opens(app: Flask, change: str) -> None:
    token = signed("stop mail", "01abc~stories.answered")
    assert unsigned("stop mail", token[:-1]) is None
    assert unsigned("stop mail", token + (change or "y")) is None
    assert unsigned("stop mail", change) is None


def test_a_partners_seal_is_plain_hmac() -> None:
    found = seal("key", b"The quick brown fox jumps over the lazy dog")
    assert found == "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
