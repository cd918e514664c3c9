"""What the mail room tells those above it, inside the transaction that makes it true."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class LetterRefused:
    """A server does not take a letter for this address. ``lasting``: it said that the address is no good."""

    letter_id: str
    member_id: str | None
    recipient: str
    lasting: bool


letter_refused = _signals.signal("letter-refused")
