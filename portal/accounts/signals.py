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


@dataclass(frozen=True, slots=True)
class ChangeBegun:
    """Somebody is about to hold this member's row and to change what everyone sees: who must be held before is held now."""

    member_id: str


@dataclass(frozen=True, slots=True)
class MembersParted:
    """``member_id`` keeps ``other_id`` away from now on; after a block it is so for ``both``."""

    member_id: str
    other_id: str
    both: bool


@dataclass(frozen=True, slots=True)
class PackageFinished:
    """A member's data is packed, or could not be packed."""

    member_id: str
    package_id: str
    ready: bool


@dataclass(frozen=True, slots=True)
class ContactProved:
    """A mail address or a mobile number is surely this member's; they may have been here before."""

    member_id: str


member_joined = _signals.signal("member-joined")
change_begun = _signals.signal("change-begun")
member_changed = _signals.signal("member-changed")
package_finished = _signals.signal("package-finished")
members_parted = _signals.signal("members-parted")


@dataclass(frozen=True, slots=True)
class StaffJoined:
    """Somebody accepted an invitation and works here now."""

    member_id: str
    role: str
    invited_by: str | None


@dataclass(frozen=True, slots=True)
class LookedAfter:
    """This member of staff is the one whom a member may turn to."""

    member_id: str
    staff_id: str
    by_id: str


staff_joined = _signals.signal("staff-joined")
looked_after = _signals.signal("looked-after")
contact_proved = _signals.signal("contact-proved")
