"""The arithmetic of a draw, pure. ``check`` computes the same again, by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One entry as it stands in the frozen list."""

    id: str
    salt: str
    later: bool


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def list_text(terms: dict[str, Any], rows: Iterable[Row]) -> str:
    """What the list's hash is of: the terms, then all entries by id, as JSON without blanks."""
    content = [terms, [list(row) for row in sorted(rows)]]
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def mixed_value(secret: str, rows: Iterable[Row]) -> str:
    """The secret of the house and the salts of all, in the order of the list."""
    return sha("|".join([secret, *(row.salt for row in sorted(rows))]))


def order(value: str, rows: Sequence[Row]) -> list[Row]:
    """First to last: by sha256(value|id); those who come later behind all others."""
    return sorted(rows, key=lambda row: (row.later, sha(f"{value}|{row.id}")))
