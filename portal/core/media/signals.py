"""What the photo room tells those above it, inside the transaction that makes it true."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class PhotoFinished:
    """A photo left the worker for good: ready or refused."""

    owner_kind: str
    owner_id: str
    photo_id: str


photo_finished = _signals.signal("photo-finished")
