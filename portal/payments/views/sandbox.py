"""The sandbox's own page: what a payer of the demo does there. Pay, fail, pay twice, pay late."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import go, page
from portal.payments import desk, queries, services
from portal.payments.models import Payment
from portal.payments.providers.known import find_provider
from portal.payments.providers.sandbox import SandboxProvider
from portal.payments.views.blueprint import bp


@bp.get("/pay/sandbox/<payment_id>")
@members
def sandbox(payment_id: str) -> Response:
    """As if it were the page of a bank."""
    found, provider = _begun(payment_id)
    return page("payments/sandbox.html", payment=found, charge=provider.till.find(found.id))


@bp.post("/pay/sandbox/<payment_id>/<any(pay, fail, twice, late):deed>")
@members
@TAPPING
def play(payment_id: str, deed: str) -> Response:
    """Money moves in the sandbox's books, then its notifications come, and the payer comes back."""
    found, provider = _begun(payment_id)
    if deed == "late":
        _let_time_run_out(found.id)
    if deed == "fail":
        provider.till.end(found.id, "failed")
    else:
        provider.till.pay(found.id, clock.now())
    for event_id in _events(deed):
        desk.notice(provider.name, *provider.notification(event_id, payment_id))
    return go(url_for(".come_back", payment_id=payment_id))


def _events(deed: str) -> list[str]:
    """Paying twice is told of twice, and once more with the same words."""
    first, second = new_id(), new_id()
    return [first, second, first] if deed == "twice" else [first]


def _let_time_run_out(payment_id: str) -> None:
    """The hold is over before the money comes."""
    with transaction():
        services.let_expire(payment_id)


def _begun(payment_id: str) -> tuple[Payment, SandboxProvider]:
    """Only what was begun here, by who pays it; without a sandbox there is no such page."""
    provider = find_provider("sandbox")
    found = queries.get_own_payment(the_viewer(), payment_id)
    if not isinstance(provider, SandboxProvider) or provider.till.find(found.id) is None:
        raise NotFound(_("There is no page at this address."))
    return found, provider
