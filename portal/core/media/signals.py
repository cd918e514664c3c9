"""What the photo room tells those above it, inside the transaction that makes it true."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class WorkBegun:
    """The worker is about to write down what became of a photo: whoever owns it locks its own row first.

    Members change the owner and then its photos; the other order would make both sides wait for each other.
    """

    owner_kind: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class PhotoFinished:
    """A photo left the worker for good: ready or refused."""

    owner_kind: str
    owner_id: str
    photo_id: str


work_begun = _signals.signal("work-begun")
photo_finished = _signals.signal("photo-finished")
