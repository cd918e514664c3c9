"""The provider's books against ours, day by day: everything the two say differently becomes a row for staff."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.payments.models import (
    RECEIVED,
    Difference,
    DifferenceKind,
    Payment,
    Reconciliation,
    Refund,
    RefundState,
)
from portal.payments.providers import Line
from portal.payments.services.opening import ask_soon

log = logging.getLogger(__name__)

#: ids in one statement; SQLite allows a limited number of values
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. ``ref`` is ours where we know the thing, theirs where we do not."""

    kind: DifferenceKind
    ref: str
    payment_id: str | None
    refund: bool
    theirs: int
    ours: int
    currency: str


def is_reconciled(provider: str, day: date) -> bool:
    return db.session.get(Reconciliation, (provider, day)) is not None


def note_reconciled(
    provider: str, day: date, lines: list[Line], *, before: list[Line], start: datetime, end: datetime
) -> int:
    """Compare the books of one day, which lasts from ``start`` to ``end`` in the provider's calendar.

    ``before`` are the books of the days before: around midnight one of us may have dated a thing earlier, and a refund
    stands where it was begun. Returns how many new differences there are. Done again, it finds what is new and repeats
    nothing. The provider is asked soon for a payment of which only its books know that it was paid.
    """
    insert_once(Reconciliation, provider=provider, day=day, lines=len(lines), at=clock.now())
    new = 0
    for finding in _findings(provider, lines, before, start, end):
        new += _note(provider, day, finding)
        if finding.kind is DifferenceKind.UNKNOWN and finding.payment_id and not finding.refund:
            ask_soon(finding.payment_id)
    return new


def first_day_of_refunds(provider: str, start: datetime, end: datetime) -> datetime | None:
    """When the oldest of the refunds that were done between ``start`` and ``end`` was asked for; None when none was."""
    done = (
        sa.select(sa.func.min(Refund.asked_at))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.provider == provider, Refund.done_at >= start, Refund.done_at < end)
    )
    return db.session.scalar(done)


def note_came_back(payment: Payment, refund: Refund) -> None:
    """A refund that was done has come back: the payer's bank did not take it. Staff find another way to them."""
    done_at = refund.done_at or clock.now()
    currency = payment.received_currency or payment.currency
    finding = Finding(DifferenceKind.MISSING, refund.id, payment.id, True, 0, refund.amount, currency)
    if _note(payment.provider, brand.shop_day(done_at), finding):
        log.warning("refund %s of payment %s was done and has come back", refund.id, payment.id)


def _note(provider: str, day: date, finding: Finding) -> bool:
    """True when it is new."""
    return insert_once(
        Difference,
        provider=provider,
        day=day,
        kind=finding.kind,
        ref=finding.ref,
        payment_id=finding.payment_id,
        refund=finding.refund,
        theirs=finding.theirs,
        ours=finding.ours,
        currency=finding.currency,
        found_at=clock.now(),
    )


def close_difference(difference_id: str, *, by: Viewer, note: str) -> None:
    """Staff looked into it and say what it was. Raises Conflict when somebody did already."""
    this_one = sa.update(Difference).where(Difference.id == difference_id, Difference.closed_at.is_(None))
    if changed_rows(this_one.values(closed_at=clock.now(), closed_by_id=by.id, note=note)) != 1:
        raise Conflict(_("Somebody else was faster. Look at how it stands now."))
    db.session.expire_all()
    audit.record("payment.difference", by=by, target_kind="payment_difference", target_id=difference_id)


def _findings(
    provider: str, lines: list[Line], before: list[Line], start: datetime, end: datetime
) -> Iterator[Finding]:
    listed = {line.refund_id if line.is_refund else line.payment_id for line in (*before, *lines)}
    came = [line for line in lines if not line.is_refund]
    back = [line for line in lines if line.is_refund]
    payments = _payments(provider, [line.payment_id for line in came])
    refunds = _refunds(provider, [line.refund_id for line in back])
    for line in came:
        yield from _compare_payment(line, payments.get(line.payment_id or ""))
    for line in back:
        yield from _compare_refund(line, refunds.get(line.refund_id or ""))
    yield from _listed_twice([*came, *back])
    yield from _missing_payments(provider, listed, start, end)
    yield from _missing_refunds(provider, listed, start, end)


def _compare_payment(line: Line, payment: Payment | None) -> Iterator[Finding]:
    if payment is None or payment.state not in RECEIVED:
        known = payment.id if payment else None
        yield Finding(DifferenceKind.UNKNOWN, known or line.ref, known, False, line.amount, 0, line.currency)
    elif (line.amount, line.currency) != (payment.received, payment.received_currency):
        yield Finding(
            DifferenceKind.AMOUNT, payment.id, payment.id, False, line.amount, payment.received, line.currency
        )


def _compare_refund(line: Line, refund: Refund | None) -> Iterator[Finding]:
    if refund is None or refund.state is RefundState.FAILED:
        ref, owner = (refund.id, refund.payment_id) if refund else (line.ref, None)
        yield Finding(DifferenceKind.UNKNOWN, ref, owner, True, line.amount, 0, line.currency)
    elif line.amount != refund.amount:
        yield Finding(
            DifferenceKind.AMOUNT,
            refund.id,
            refund.payment_id,
            True,
            line.amount,
            refund.amount,
            line.currency,
        )


def _listed_twice(lines: list[Line]) -> Iterator[Finding]:
    """The same thing under a second number of theirs: money that came, or went, once more than we count."""
    first: dict[tuple[bool, str], str] = {}
    for line in lines:
        name = line.refund_id if line.is_refund else line.payment_id
        if name and first.setdefault((line.is_refund, name), line.ref) != line.ref:
            yield Finding(
                DifferenceKind.UNKNOWN, line.ref, None, line.is_refund, line.amount, 0, line.currency
            )


def _missing_payments(
    provider: str, listed: set[str | None], start: datetime, end: datetime
) -> Iterator[Finding]:
    ours = sa.select(Payment).where(
        Payment.provider == provider,
        Payment.state.in_(RECEIVED),
        Payment.paid_at >= start,
        Payment.paid_at < end,
    )
    for payment in db.session.scalars(ours):
        if payment.id not in listed:
            yield Finding(
                DifferenceKind.MISSING,
                payment.id,
                payment.id,
                False,
                0,
                payment.received,
                payment.received_currency or payment.currency,
            )


def _missing_refunds(
    provider: str, listed: set[str | None], start: datetime, end: datetime
) -> Iterator[Finding]:
    ours = (
        sa.select(Refund, Payment.received_currency)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.provider == provider, Refund.done_at >= start, Refund.done_at < end)
    )
    for refund, currency in db.session.execute(ours):
        if refund.id not in listed:
            yield Finding(
                DifferenceKind.MISSING, refund.id, refund.payment_id, True, 0, refund.amount, currency or ""
            )


def _payments(provider: str, ids: Iterable[str | None]) -> dict[str, Payment]:
    found: dict[str, Payment] = {}
    for some in _shares(ids):
        mine = sa.select(Payment).where(Payment.provider == provider, Payment.id.in_(some))
        found |= {payment.id: payment for payment in db.session.scalars(mine)}
    return found


def _refunds(provider: str, ids: Iterable[str | None]) -> dict[str, Refund]:
    found: dict[str, Refund] = {}
    for some in _shares(ids):
        mine = sa.select(Refund).join(Payment, Payment.id == Refund.payment_id)
        mine = mine.where(Payment.provider == provider, Refund.id.in_(some))
        found |= {refund.id: refund for refund in db.session.scalars(mine)}
    return found


def _shares(ids: Iterable[str | None]) -> Iterator[list[str]]:
    known = sorted({each for each in ids if each})
    for start in range(0, len(known), AT_ONCE):
        yield known[start : start + AT_ONCE]
