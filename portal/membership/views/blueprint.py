"""The blueprint of all member pages of membership, and the ways to pay as a form offers them."""

from __future__ import annotations

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from portal.core.web import go
from portal.membership.forms import PayForm
from portal.payments import queries as payments

bp = Blueprint("membership", __name__)


def offering(form: PayForm, currency: str) -> PayForm:
    """The form with the ways to pay that take this currency."""
    return form.offer([(way.name, way.label) for way in payments.providers_on(currency)])


def on_to(payment_id: str | None) -> Response:
    """Off to the payment; straight back when nothing was due."""
    if payment_id is None:
        return go(url_for("membership.mine"))
    return go(payments.payment_path(payment_id))
