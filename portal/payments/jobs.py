"""The worker's part: asking providers, sending refunds, comparing the books."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
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
#: so often a provider may not answer within one sweep
MOST_SILENCES = 3


@task
def send_refund(refund_id: str) -> None:
    """Now, unless somebody is at it or it rests."""
    with transaction():
        ours = services.claim_refund(refund_id)
    if ours:
        _done(desk.send_refund, refund_id)


@periodic(minutes=1)
def ask_due_payments() -> None:
    """Every payment whose provider is to be asked: lost notifications, time that is over, money that comes late."""
    _one_by_one(services.due_asks(), services.claim_ask, desk.ask_provider)


@periodic(minutes=1)
def send_due_refunds() -> None:
    """Every refund that is to be sent, or asked about."""
    _one_by_one(services.due_refunds(), services.claim_refund, desk.send_refund)


def _one_by_one(
    due: list[tuple[str, str]], claim: Callable[[str], bool], deed: Callable[[str], object]
) -> None:
    """Do what is due. Each is claimed right before its turn, because one who waits for others would lose its lease.

    Who does not answer again and again is left alone until the next sweep: nobody waits behind them.
    """
    silent: Counter[str] = Counter()
    for thing_id, provider in due:
        if silent[provider] < MOST_SILENCES:
            with transaction():
                ours = claim(thing_id)
            if ours and not _done(deed, thing_id):
                silent[provider] += 1


def _done(deed: Callable[[str], object], thing_id: str) -> bool:
    """False when its provider did not answer; all else that goes wrong is for the log."""
    try:
        deed(thing_id)
    except ProviderDown as trouble:
        log.info("%s of %s: %s", deed.__name__, thing_id, trouble)
        return False
    except Exception:
        log.exception("%s of %s failed", deed.__name__, thing_id)
    return True


@periodic(minutes=60)
def compare_books() -> None:
    """The books of the days before, once each."""
    for provider in known_providers():
        if not provider.by_hand:
            for day in _days_to_compare(provider):
                _compare(provider, day)


def _days_to_compare(provider: Provider) -> list[date]:
    """Days whose books are ready and were not compared yet, the oldest first."""
    local = clock.in_zone(clock.now(), provider.zone or brand.current().time_zone)
    newest = local.date() - timedelta(days=1 if local.hour >= BOOKS_READY_AT else 2)
    days = [newest - timedelta(days=back) for back in reversed(range(DAYS_BACK))]
    return [day for day in days if not services.is_reconciled(provider.name, day)]


def _compare(provider: Provider, day: date) -> None:
    """A day that cannot be compared now is tried again in an hour, and stands in no other's way."""
    try:
        found = desk.reconcile(provider.name, day)
    except ProviderDown as trouble:
        log.warning("the books of %s of %s: %s", provider.name, day, trouble)
        return
    except Exception:
        log.exception("the books of %s of %s could not be compared", provider.name, day)
        return
    if found:
        log.warning("%s and we disagree on %s things of %s", provider.name, found, day)
