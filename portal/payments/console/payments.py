"""All payments with what waits, and one of them: give back, confirm a transfer, ask its provider, note a 发票."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts.queries import get_member, members_named
from portal.core import audit
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.forms import Form
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.limits import TAPPING, WRITING
from portal.core.web import done, page
from portal.payments import desk, queries, rules, services
from portal.payments.console.blueprint import bp
from portal.payments.forms import IssuedForm, RefundForm, TransferForm, note_form
from portal.payments.models import RECEIVED, Payment, RefundState
from portal.payments.providers import ProviderDown
from portal.payments.words import ACTS, REFUNDS, plain_amount, standing

LIST, ONE = "payments/console/list.html", "payments/console/payment.html"
FILTERS = {
    "all": _l("All"),
    "transfer": _l("Transfers to confirm"),
    "held": _l("Held"),
    "pay_back": _l("To pay back"),
    "fapiao": _l("Fapiao wanted"),
    "open": _l("Waiting for the money"),
    "paid": _l("Paid"),
    "refunds": _l("With refunds"),
}


@bp.get("")
@staff(Permission.MANAGE_PAYMENTS)
def payments() -> Response:
    """The newest first. ``show`` is one of the filters."""
    show = request.args.get("show", "all")
    show = show if show in FILTERS else "all"
    block = "more" if request.args.get("after") else "payments"
    return page(
        LIST,
        block=block,
        show=show,
        filters=FILTERS,
        counts=queries.counts(),
        label_of=queries.provider_label,
        payments=queries.all_payments(show, request.args.get("after")),
        standing=standing,
    )


@bp.get("/<payment_id>")
@staff(Permission.MANAGE_PAYMENTS)
def payment(payment_id: str) -> Response:
    return _shown(payment_id)


@bp.post("/<payment_id>/refund")
@staff(Permission.MANAGE_PAYMENTS)
@WRITING
def refund(payment_id: str) -> Response:
    """Give back all of it or a part. It leaves with the worker."""
    found = queries.get_payment(payment_id)
    form = RefundForm(currency=found.money.currency)

    def deed() -> None:
        seen = int(form.seen.data or 0)
        services.ask_refund(payment_id, form.minor, reason=form.reason.data or "", by=the_viewer(), seen=seen)

    return _write(payment_id, form, deed, _("It is on its way back."), "refund_form")


@bp.post("/<payment_id>/confirm")
@staff(Permission.MANAGE_PAYMENTS)
@WRITING
def confirm(payment_id: str) -> Response:
    """A transfer or cash came."""
    form = TransferForm(currency=queries.get_payment(payment_id).currency)

    def deed() -> None:
        services.confirm_transfer(payment_id, by=the_viewer(), note=form.note.data or "", amount=form.minor)

    return _write(payment_id, form, deed, _("Noted. The member hears of it."), "transfer_form")


@bp.post("/<payment_id>/refunds/<refund_id>/paid")
@staff(Permission.MANAGE_PAYMENTS)
@WRITING
def refund_paid(payment_id: str, refund_id: str) -> Response:
    """Money went back by hand."""
    form = note_form(refund_id, sent=True)

    def deed() -> None:
        services.confirm_refund(refund_id, by=the_viewer(), note=form.note.data or "")

    _of(payment_id, refund_id)
    return _write(payment_id, form, deed, _("Noted. The member hears of it."), refund_id)


@bp.post("/<payment_id>/fapiao")
@staff(Permission.MANAGE_PAYMENTS)
@WRITING
def issued(payment_id: str) -> Response:
    """The 发票 was issued."""
    form = IssuedForm()

    def deed() -> None:
        services.mark_issued(payment_id, by=the_viewer(), number=form.number.data or "")

    queries.get_payment(payment_id)
    return _write(payment_id, form, deed, _("Noted."), "issued_form")


@bp.post("/<payment_id>/ask")
@staff(Permission.MANAGE_PAYMENTS)
@TAPPING
def ask(payment_id: str) -> Response:
    """Ask its provider now."""
    queries.get_payment(payment_id)
    try:
        desk.ask_provider(payment_id)
        said = _("We looked: this is how it stands.")
    except ProviderDown:
        said = _("No answer yet. We go on asking by ourselves.")
    return done(url_for(".payment", payment_id=payment_id), said, fragment=lambda: _shown(payment_id))


def _write(payment_id: str, form: Form, deed: Callable[[], None], said: str, name: str) -> Response:
    """One write of staff: the same block in all cases, with what was typed when it was refused."""
    status = 422
    try:
        if form.validate_on_submit():
            with transaction():
                deed()
            here = url_for(".payment", payment_id=payment_id)
            return done(here, said, fragment=lambda: _shown(payment_id))
    except (Conflict, Invalid) as refusal:
        form.say(refusal)
        status = refusal.status
    return _shown(payment_id, status=status, **{name: form})


def _of(payment_id: str, refund_id: str) -> None:
    """The refund belongs to the payment of the address."""
    if queries.get_refund(refund_id).payment_id != payment_id:
        raise NotFound(_("There is no such refund."))


def _shown(payment_id: str, *, status: int = 200, **forms: Form) -> Response:
    found = queries.get_payment(payment_id)
    return page(ONE, block="payment", status=status, **_context(found, forms))


def _context(found: Payment, forms: dict[str, Form]) -> dict[str, Any]:
    by_hand = queries.is_by_hand(found.provider)
    refunds = queries.refunds_of(found.id)
    trail = audit.entries_of("payment", found.id)
    return {
        "payment": found,
        "payer": get_member(found.payer_id),
        "label": queries.provider_label(found.provider),
        "by_hand": by_hand,
        "standing": standing(found),
        "refunds": refunds,
        "refund_labels": REFUNDS,
        "pay_by_hand": {each.id for each in refunds if by_hand and each.state is RefundState.SENT},
        "may_refund": rules.may_refund(found),
        "may_confirm": by_hand and found.state not in RECEIVED,
        "may_ask": not by_hand and found.state not in RECEIVED and found.started_at is not None,
        "asked": queries.invoice_of(found.id),
        "trail": trail,
        "acts": ACTS,
        "staff": members_named(entry.by_id for entry in trail if entry.by_id),
        "refund_form": _refund_form(found),
        "transfer_form": _transfer_form(found),
        "note_forms": {each.id: forms.get(each.id) or note_form(each.id) for each in refunds},
        "issued_form": IssuedForm(formdata=None),
    } | forms


def _refund_form(found: Payment) -> RefundForm:
    """All that is left, to be made less."""
    return RefundForm(formdata=None, currency=found.money.currency, data={"amount": plain_amount(found.left)})


def _transfer_form(found: Payment) -> TransferForm:
    return TransferForm(formdata=None, currency=found.currency, data={"amount": plain_amount(found.price)})
