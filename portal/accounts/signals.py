"""What others may want to know about members. Sent inside the transaction, with ids only."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody proved an address and is a member now."""

    member_id: str


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """What everyone sees of a member (name, face, region, hidden or not) is different now."""

    member_id: str


member_joined = _signals.signal("member-joined")
member_changed = _signals.signal("member-changed")
