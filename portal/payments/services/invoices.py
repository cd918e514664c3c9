"""发票: what a payer wants on it, and that it was issued. The tax office's own system prints it."""

from __future__ import annotations

import re

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.payments import queries
from portal.payments.models import InvoiceRequest, Payment, PaymentState

TAX_NO = re.compile(r"[0-9A-Z]{15,20}")


def request_invoice(payment: Payment, *, by: Viewer, title: str, tax_no: str, email: str) -> None:
    """Ask for a 发票, or say it anew as long as none is issued. ``tax_no`` is empty for a person."""
    held = queries.held_payment(payment.id)
    if held.payer_id != by.id or held.state is not PaymentState.PAID or not held.left.amount:
        raise Conflict(_("There is a fapiao for what was paid only."))
    number = tax_no.replace(" ", "").upper()
    if number and not TAX_NO.fullmatch(number):
        raise Invalid(_("A tax number has 15 to 20 digits and letters."), field="tax_no")
    asked = db.session.get(InvoiceRequest, held.id) or InvoiceRequest(payment_id=held.id)
    if asked.issued_at is not None:
        raise Conflict(_("The fapiao is issued already. Write to us if something is wrong with it."))
    asked.title, asked.tax_no, asked.email, asked.asked_at = title, number, email, clock.now()
    db.session.add(asked)
    db.session.flush()


def mark_issued(payment_id: str, *, by: Viewer, number: str) -> None:
    """Staff issued it under this number. Raises Conflict when somebody did already."""
    queries.held_payment(payment_id)
    asked = db.session.get(InvoiceRequest, payment_id)
    if asked is None or asked.issued_at is not None:
        raise Conflict(_("Somebody else was faster. Look at how it stands now."))
    asked.issued_at, asked.number = clock.now(), number
    db.session.flush()
    audit.record("payment.fapiao", by=by, target_kind="payment", target_id=payment_id, number=number)
