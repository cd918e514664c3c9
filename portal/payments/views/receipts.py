"""What a member paid so far, receipts to print, and the data for a 发票."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts.queries import get_member
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, NotFound
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.payments import queries, services
from portal.payments.forms import InvoiceForm
from portal.payments.models import Payment, PaymentState
from portal.payments.views.blueprint import bp
from portal.payments.words import standing

TEMPLATE = "payments/receipt.html"


@bp.get("/me/payments")
@members
def own() -> Response:
    """Everything this member paid or was to pay."""
    payments = queries.own_payments(the_viewer().id, request.args.get("after"))
    block = "more" if request.args.get("after") else "payments"
    return page("payments/own.html", block=block, payments=payments, standing=standing)


@bp.get("/payments/<payment_id>/receipt")
@members
def receipt(payment_id: str) -> Response:
    """One page of paper."""
    found = _paid(payment_id)
    return page(TEMPLATE, block="fapiao", **_context(found, _form(found)))


@bp.post("/payments/<payment_id>/fapiao")
@members
@WRITING
def fapiao(payment_id: str) -> Response:
    """What shall stand on the 发票."""
    found, form = _paid(payment_id), InvoiceForm()
    try:
        if form.validate_on_submit():
            with transaction():
                services.request_invoice(
                    found,
                    by=the_viewer(),
                    title=form.title.data or "",
                    tax_no=form.tax_no.data or "",
                    email=form.email.data or "",
                )
            return done(
                url_for(".receipt", payment_id=payment_id),
                _("Noted. The fapiao comes by e-mail."),
                fragment=lambda: page(TEMPLATE, block="fapiao", **_context(_paid(payment_id), form)),
            )
        status = 422
    except DomainError as refusal:
        form.say(refusal)
        status = refusal.status
    return page(TEMPLATE, block="fapiao", status=status, **_context(_paid(payment_id), form))


def _paid(payment_id: str) -> Payment:
    found = queries.get_own_payment(the_viewer(), payment_id)
    if found.state is not PaymentState.PAID:
        raise NotFound(_("There is a receipt as soon as it is paid."))
    return found


def _form(found: Payment) -> InvoiceForm:
    asked = queries.invoice_of(found.id)
    return InvoiceForm(formdata=None, obj=asked)


def _context(found: Payment, form: InvoiceForm) -> dict[str, Any]:
    refunds = [refund for refund in queries.refunds_of(found.id) if refund.done_at]
    return {
        "payment": found,
        "payer": get_member(found.payer_id),
        "refunds": refunds,
        "kept": found.money_of(found.received - sum(refund.amount for refund in refunds)),
        "label": queries.provider_label(found.provider),
        "asked": queries.invoice_of(found.id),
        "form": form,
    }
