"""What follows from orders: deeds in the ledger below, and the signals to those above. Nobody else sends them.

A service gathers what it changed in :class:`Moves` and tells all of it at its end, in the one order of locks: what is
shown first (stories), then accounts, member by member. Told bit by bit, two who write could wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from blinker import NamedSignal

from portal.core.db import db
from portal.orders.models import Order
from portal.orders.signals import (
    OrderChanged,
    OrderQualified,
    OwnershipChanged,
    order_changed,
    order_qualified,
    ownership_changed,
    ownership_settled,
)
from portal.rewards import services as rewards

DEED = KIND = "order"


class Standing(NamedTuple):
    """Whose an order is and whether it counts; an order that is not there yet is nobody's and does not."""

    member_id: str | None = None
    qualified: bool = False

    @property
    def doer(self) -> str | None:
        """Whose deed it is."""
        return self.member_id if self.qualified else None


NOTHING = Standing()


class Moves:
    """Orders that stand differently now, came to another amount, or were placed at another time."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[Standing, Standing, bool]] = {}

    def note(self, order_id: str, before: Standing, after: Standing, *, redated: bool = False) -> None:
        """Of an order that moves twice, only where it began and where it ends is told."""
        first, _then, was_redated = self._of.get(order_id, (before, after, False))
        self._of[order_id] = first, after, was_redated or redated

    def tell(self) -> None:
        """Let the wall, the ledger and those above know, once."""
        moves, self._of = self._of, {}
        owners = {
            owner
            for before, after, _redated in moves.values()
            if before.qualified or after.qualified
            for owner in (before.member_id, after.member_id)
        }
        tell_ownership(owners, ownership_changed)
        rewards.hold_everyone(filter(None, {doer for move in moves.values() for doer in _doers(*move)}))
        for order_id in sorted(moves, key=lambda order_id: (*_doers(*moves[order_id]), order_id)):
            _note_deed(order_id, *moves[order_id])
        for order_id, (before, after, _redated) in moves.items():
            _tell_order(order_id, before, after)
        tell_ownership(owners, ownership_settled)


def tell_ownership(member_ids: Iterable[str | None], *signals: NamedSignal) -> None:
    """What these members own may be different now; None among them is nobody."""
    known = tuple(sorted({member_id for member_id in member_ids if member_id}))
    for signal in signals if known else ():
        signal.send(OwnershipChanged(known))


# ------------------------------------------------------------------ inside


def _doers(before: Standing, after: Standing, _redated: bool) -> tuple[str, str]:
    return after.doer or "", before.doer or ""


def _note_deed(order_id: str, before: Standing, after: Standing, redated: bool) -> None:
    """An order that counts is a deed of whose it is, on the day it was placed; an order that does not is none."""
    if before.doer == after.doer and not redated:
        return
    if before.doer is not None:
        rewards.take_back_deed(DEED, KIND, order_id)
    if after.doer is not None:
        placed_at = db.session.get_one(Order, order_id).ordered_at
        rewards.record_deed(after.doer, DEED, source_kind=KIND, source_id=order_id, at=placed_at)


def _tell_order(order_id: str, before: Standing, after: Standing) -> None:
    order_changed.send(
        OrderChanged(order_id, after.member_id, after.qualified, before.member_id, before.qualified)
    )
    new_to_somebody = after.member_id is not None and before.member_id != after.member_id
    if after.qualified and (not before.qualified or new_to_somebody):
        order_qualified.send(OrderQualified(order_id, after.member_id))
