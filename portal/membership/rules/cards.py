"""The short code on a card: the member's number under a seal, so that nobody draws a card with another's number."""

from __future__ import annotations

import re

from portal.core.crypto import keyed_digest, same

_SEAL = 10


def code_of(number: int) -> str:
    """E.g. ``000123-1f09c4a2b7``."""
    return f"{number:06d}-{_seal(number)}"


def number_in(typed: str) -> tuple[int, bool] | None:
    """The member number in what was scanned or typed, and whether a true seal came with it.

    A number alone is what staff read off a card. None for anything else, and for a false seal.
    """
    found = re.fullmatch(
        r"\s*(?:No\.?\s*)?(\d{1,9})(?:-([0-9a-fA-F]{10}))?\s*", typed, re.ASCII | re.IGNORECASE
    )
    if found is None:
        return None
    number, seal = int(found[1]), found[2]
    if seal is None:
        return number, False
    return (number, True) if same(seal.lower(), _seal(number)) else None


def _seal(number: int) -> str:
    return keyed_digest(f"card:{number}")[:_SEAL]
