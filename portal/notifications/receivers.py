"""What notifications do when something happens below them."""

from __future__ import annotations

from portal.accounts.signals import (
    LookedAfter,
    MembersParted,
    PackageFinished,
    StaffJoined,
    looked_after,
    members_parted,
    package_finished,
    staff_joined,
)
from portal.core.links import path_to
from portal.core.mail.signals import LetterRefused, letter_refused
from portal.notifications import colleagues, services
from portal.notifications.models import BounceKind


@letter_refused.connect
def note_refusal(event: LetterRefused) -> None:
    """A mail server said no while we spoke with it."""
    services.note_bounce(
        BounceKind.HARD if event.lasting else BounceKind.SOFT,
        source="smtp",
        event_key=f"smtp:{event.letter_id}",
        letter_id=event.letter_id,
    )


@package_finished.connect
def tell_packed(event: PackageFinished) -> None:
    """What a member asked to take along is ready, or could not be packed."""
    services.notify(
        [event.member_id],
        "accounts.package_ready" if event.ready else "accounts.package_failed",
        path=path_to("accounts.privacy"),
        group=f"package:{event.package_id}",
    )


@members_parted.connect
def take_messages_out(event: MembersParted) -> None:
    """In the order of their ids: two who block each other at the same instant do not wait for each other."""
    pair = (event.member_id, event.other_id)
    for member_id, other_id in sorted((pair, pair[::-1])) if event.both else (pair,):
        services.part(member_id, other_id)


@staff_joined.connect
def tell_joined(event: StaffJoined) -> None:
    colleagues.tell_joined(event)


@looked_after.connect
def tell_looked_after(event: LookedAfter) -> None:
    colleagues.tell_looked_after(event)
