"""Money whose coming only staff can see: a transfer, or cash."""

from __future__ import annotations

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.payments import queries
from portal.payments.models import RECEIVED
from portal.payments.providers import Standing, Truth
from portal.payments.services.truth import apply_truth


def confirm_transfer(payment_id: str, *, by: Viewer, note: str, amount: int | None = None) -> None:
    """Staff saw the money: ``amount`` of it in minor units, or exactly what was asked for.

    Also for a payment that has ended: the money is there. Raises Conflict when it was confirmed already.
    """
    payment = queries.held_payment(payment_id)
    if not queries.is_by_hand(payment.provider):
        raise Conflict(_("Its provider says whether this was paid."))
    if payment.state in RECEIVED:
        raise Conflict(_("This was confirmed already."))
    came = payment.amount if amount is None else amount
    if came <= 0:
        raise Invalid(_("Say how much came."), field="amount")
    audit.record(
        "payment.confirm", by=by, target_kind="payment", target_id=payment.id, amount=came, note=note
    )
    apply_truth(payment_id, Truth(Standing.PAID, came, payment.currency, clock.now()))
