"""The worker's part: asking providers, sending refunds, comparing the books."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import transaction
from portal.core.jobs import periodic, task
from portal.payments import desk, services
from portal.payments.providers import Provider, ProviderDown
from portal.payments.providers.known import known_providers

log = logging.getLogger(__name__)

#: providers have the books of a day ready by then, on their own clock
BOOKS_READY_AT = 11
#: how many days back books are fetched that could not be before
DAYS_BACK = 7


@task
def send_refund(refund_id: str) -> None:
    """Now, unless somebody is at it or it rests."""
    with transaction():
        ours = services.claim_refund(refund_id)
    if ours:
        _send(refund_id)


@periodic(minutes=1)
def ask_due_payments() -> None:
    """Every payment whose provider is to be asked: lost notifications, time that is over, money that comes late."""
    with transaction():
        payment_ids = services.claim_asks()
    for payment_id in payment_ids:
        try:
            desk.ask_provider(payment_id)
        except ProviderDown as trouble:
            log.info("payment %s: %s", payment_id, trouble)
        except Exception:
            log.exception("payment %s could not be asked for", payment_id)


@periodic(minutes=1)
def send_due_refunds() -> None:
    with transaction():
        refund_ids = services.claim_refunds()
    for refund_id in refund_ids:
        _send(refund_id)


@periodic(minutes=60)
def compare_books() -> None:
    """The books of the days before, once each."""
    for provider in known_providers():
        if not provider.by_hand:
            for day in _days_to_compare(provider):
                if not _compare(provider, day):
                    break


def _days_to_compare(provider: Provider) -> list[date]:
    """Days whose books are ready and were not compared yet, the oldest first."""
    local = clock.in_zone(clock.now(), provider.zone or brand.current().time_zone)
    newest = local.date() - timedelta(days=1 if local.hour >= BOOKS_READY_AT else 2)
    days = [newest - timedelta(days=back) for back in reversed(range(DAYS_BACK))]
    return [day for day in days if not services.is_reconciled(provider.name, day)]


def _compare(provider: Provider, day: date) -> bool:
    try:
        found = desk.reconcile(provider.name, day)
    except ProviderDown as trouble:
        log.warning("the books of %s of %s: %s", provider.name, day, trouble)
        return False
    except Exception:
        log.exception("the books of %s of %s could not be compared", provider.name, day)
        return False
    if found:
        log.warning("%s and we disagree on %s things of %s", provider.name, found, day)
    return True


def _send(refund_id: str) -> None:
    try:
        desk.send_refund(refund_id)
    except ProviderDown as trouble:
        log.info("refund %s: %s", refund_id, trouble)
    except Exception:
        log.exception("refund %s could not be sent", refund_id)
