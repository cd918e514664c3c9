"""A colour finds the class of its hue; greys go by how light they are; rubbish finds none."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.tint import tint_class

STYLES = Path(__file__).resolve().parents[2] / "static" / "css" / "components" / "photo.css"


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ("#ff0000", "tint-0"),
        ("#ff8800", "tint-1"),
        ("#00ff00", "tint-4"),
        ("#0000ff", "tint-8"),
        ("#a21836", "tint-11"),
        ("#000000", "tint-12"),
        ("#606060", "tint-13"),
        ("#9a9a9a", "tint-14"),
        ("#ffffff", "tint-15"),
        ("A21836", "tint-11"),
    ],
)
def test_colour_finds_its_class(color: str, expected: str) -> None:
    assert tint_class(color) == expected


@pytest.mark.parametrize("color", [None, "", "red", "#fff", "#12345g", "#1234567"])
def test_what_is_no_colour_has_no_class(color: str | None) -> None:
    assert tint_class(color) == ""


@given(st.integers(0, 0xFFFFFF))
def test_every_class_has_a_style(number: int) -> None:
    styled = set(re.findall(r"\.(tint-\d+)", STYLES.read_text(encoding="utf-8")))
    assert tint_class(f"#{number:06x}") in styled
