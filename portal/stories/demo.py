"""The demo's stories."""

from __future__ import annotations


def load() -> None:
    """Filled in below."""
