"""Members say that an order is theirs; what is another member's goes to people."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.orders import notices
from portal.orders.models import ClaimState, Customer, Order, OrderClaim
from portal.orders.rules import order_number, proves
from portal.orders.services.door import hold_door
from portal.orders.services.people import give_order

LONGEST_NUMBER = 64
#: orders of the same number that are looked at: shops count for themselves
_MOST_ALIKE = 10


def claim_order(number: str, proof: str, *, by: Viewer) -> ClaimState:
    """Give the order of this number to the member who knows its mail address or the end of its phone number.

    ``BOUND``: it is theirs now, or was already. ``DISPUTED``: it stands with another member, staff will look.
    ``REFUSED``: number and proof do not fit, and nothing tells which. Every try is kept.
    """
    hold_door()
    number = order_number(number)[:LONGEST_NUMBER]
    alike = sa.select(Order).where(Order.order_no == number).order_by(Order.id).limit(_MOST_ALIKE)
    order = next((order for order in db.session.scalars(alike) if proves(order, proof)), None)
    if order is None:
        _note(number, ClaimState.REFUSED, by)
        return ClaimState.REFUSED
    holder = db.session.get(Customer, order.customer_id) if order.customer_id else None
    if holder is not None and holder.member_id == by.id:
        return ClaimState.BOUND
    if holder is not None and holder.member_id is not None:
        _dispute(order, by)
        return ClaimState.DISPUTED
    give_order(order, by.id)
    _note(number, ClaimState.BOUND, by, order)
    return ClaimState.BOUND


def decide_claim(claim: OrderClaim, *, grant: bool, note: str, by: Viewer) -> None:
    """Staff looked at a disputed claim: the order moves to the claimant, or stays. Audited; the claimant hears of it.

    Raises Conflict when somebody decided meanwhile.
    """
    hold_door()
    state = ClaimState.GRANTED if grant else ClaimState.DECLINED
    waiting = sa.update(OrderClaim).where(OrderClaim.id == claim.id, OrderClaim.state == ClaimState.DISPUTED)
    decided = waiting.values(state=state, note=note, decided_at=clock.now(), decided_by=by.id)
    if not changed_rows(decided):
        raise Conflict(_("A colleague has decided this meanwhile."))
    db.session.refresh(claim)
    order = db.session.get_one(Order, claim.order_id)
    if grant:
        give_order(order, claim.member_id)
    audit.record(
        f"orders.claim_{state.value}", by=by, target_kind="order", target_id=order.id, claim=claim.id
    )
    notices.tell_decision(claim.member_id, order, granted=grant)


def _dispute(order: Order, by: Viewer) -> None:
    """One open dispute a member and order, however often it is claimed."""
    insert_once(
        OrderClaim,
        id=new_id(),
        member_id=by.id,
        order_no=order.order_no,
        order_id=order.id,
        state=ClaimState.DISPUTED,
        note="",
        at=clock.now(),
    )


def _note(number: str, state: ClaimState, by: Viewer, order: Order | None = None) -> None:
    db.session.add(
        OrderClaim(
            member_id=by.id,
            order_no=number,
            order_id=order.id if order else None,
            state=state,
            at=clock.now(),
        )
    )
    db.session.flush()
