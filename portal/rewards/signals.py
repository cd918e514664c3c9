"""What rewards tell those above them: frozen facts, sent inside the transaction that makes them true."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class DeedRecorded:
    """A member did something that counts."""

    member_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class DeedTakenBack:
    """It does not count any more."""

    member_id: str
    kind: str


deed_recorded = _signals.signal("deed-recorded")
deed_taken_back = _signals.signal("deed-taken-back")
