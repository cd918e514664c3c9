"""What orders do when something happened below them."""

from __future__ import annotations

from portal.accounts.signals import ContactProved, MemberJoined, contact_proved, member_joined
from portal.orders.jobs import know_proved_member
from portal.orders.services import know_member


@member_joined.connect
def find_their_orders(event: MemberJoined) -> None:
    """Who joins finds what they bought as a guest."""
    know_member(event.member_id)


@contact_proved.connect
def find_orders_of_contact(event: ContactProved) -> None:
    """A number or address that is theirs may have bought before.

    Right after this transaction, because it holds the member, whose stories come before them.
    """
    know_proved_member.later(event.member_id)
