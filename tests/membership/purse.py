"""One member of whom papers are kept: what they pay and get back, and what is true of them at every moment."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from portal.membership import proofs
from portal.membership.models import (
    Charge,
    ChargeState,
    Happened,
    MembershipEvent,
    Perk,
    Span,
    Subscription,
)
from portal.membership.models.paid import LIVE
from portal.membership.queries.access import perks_of
from portal.membership.queries.subscriptions import last_subscription
from portal.membership.services import checkout
from portal.payments import services as payments
from portal.payments.models import Payment, PaymentState
from portal.payments.providers import RefundStanding, RefundTruth, Standing, Truth
from tests.make import Make
from tests.membership.paper import RUNS, Piece, Run, close_up

HOURS = {Perk.EARLY_ACCESS_HOURS: 12}
DAYS = {Perk.EARLY_ACCESS_HOURS: 48}
WEEK_OF_HOURS = {Perk.EARLY_ACCESS_HOURS: 168}
BEST = {"silver": 12, "gold": 48, "summit": 168}


class Purse:
    """The member, their papers, their money, and a clock that only goes on."""

    def __init__(self, make: Make) -> None:
        self.now = datetime(2027, 1, 30, 9, 0, 0, 123456, tzinfo=UTC)
        with clock.travel(self.now), transaction():
            self.member = make.member().id
            self.owner = make.staff("owner").id
            silver, gold, summit = (make.tier(perks=perks) for perks in (HOURS, DAYS, WEEK_OF_HOURS))
            db.session.flush()
            self.tiers = {"silver": silver.id, "gold": gold.id, "summit": summit.id}
            made = {
                "silver": make.plan(silver, months=1, price=1990),
                "gold": make.plan(gold, months=12, price=30000),
                "long": make.plan(gold, months=24, price=50000),
                "summit": make.plan(summit, months=1, price=9000),
            }
            db.session.flush()
            self.plans = {name: plan.id for name, plan in made.items()}
        self.names = {tier: name for name, tier in self.tiers.items()}
        self.runs: dict[str, Run] = {}
        self.bills: dict[str, Any] = {}
        self.offers: list[str] = []
        self.others: list[Piece] = []
        self.grants: list[tuple[str, Piece]] = []
        self.gifts: list[tuple[str, Piece]] = []
        self.pending: list[tuple[str, str, int]] = []
        self.make = make

    # -------------------------------------------------------------- the frame

    def step(self, name: str) -> None:
        with clock.travel(self.now):
            deed, *words = name.split(" ")
            with suppress(Conflict, Invalid):
                getattr(self, f"_{deed}")(*words)
            db.session.rollback()
            self.check()
        self.now += timedelta(seconds=17)

    def run_of(self, subscription_id: str) -> Run:
        return self.runs.setdefault(subscription_id, Run())

    def subscription(self) -> Subscription:
        found = last_subscription(self.member)
        if found is None:
            raise Conflict("nothing yet")
        return found

    def paper(self) -> Run:
        return self.run_of(self.subscription().id)

    @property
    def by(self) -> Any:
        return viewer_of(self.member)

    def _plan(self, name: str) -> Any:
        from portal.membership.queries.plans import get_plan

        return get_plan(self.plans[name])

    # -------------------------------------------------------------- money

    def _offer(self, charge: Charge) -> None:
        paid_by = checkout.pay_charge(charge, provider="sandbox", by=self.by, return_path="/")
        if paid_by is None:
            self._took(charge)
        else:
            self.offers.append(charge.id)

    def _took(self, charge: Charge) -> None:
        run = self.run_of(charge.subscription_id)
        tier = self.names[self._tier_of(charge)]
        run.paid(
            charge.kind.value,
            tier,
            charge.months,
            charge.price,
            charge.credit,
            self.now,
            self._besides(run),
        )
        self.bills[charge.id] = run.bills[-1]
        self._arrange()

    def _besides(self, run: Run) -> list[Piece]:
        """All that lies on the timeline but for one run."""
        of_runs = [piece for other in self.runs.values() if other is not run for piece in other.pieces]
        return self.others + of_runs

    def _arrange(self) -> None:
        live = [run for run in self.runs.values() if run.label(self.now) in RUNS]
        if not any(run.rests_since for run in live):
            close_up(self.others + [piece for run in self.runs.values() for piece in run.pieces], self.now)

    def _elsewhere(self, run: Run) -> bool:
        return any(other is not run and other.label(self.now) in RUNS for other in self.runs.values())

    def _tier_of(self, charge: Charge) -> str:
        from portal.membership.queries.plans import get_plan

        return get_plan(charge.plan_id).tier_id

    def _wanted(self, charge: Charge) -> bool:
        """Worked out by hand: is the money of use now?"""
        run = self.run_of(charge.subscription_id)
        if charge.id in self.bills:
            return False
        if self._elsewhere(run):
            return False
        since = [
            bill
            for key, bill in self.bills.items()
            if bill in run.bills and self._settled(key) > charge.created_at
        ]
        label = run.label(self.now)
        fits = {
            "join": ("waiting",),
            "renew": ("active", "ending", "grace", "lapsed"),
            "upgrade": ("active", "ending"),
        }[charge.kind.value]
        good = charge.kind.value != "upgrade" or (
            self.now - charge.created_at <= timedelta(days=1) and charge.credit <= run.kept
        )
        return not since and label in fits and good

    def _settled(self, charge_id: str) -> datetime:
        settled = db.session.get_one(Charge, charge_id).settled_at
        assert settled is not None
        return settled

    def _pay(self, place: str = "") -> None:
        if not self.offers:
            return
        self._wake_late()
        charge = db.session.get_one(Charge, self.offers[0] if place == "old" else self.offers[-1])
        payment = db.session.get_one(Payment, str(charge.payment_id))
        if payment.state is PaymentState.PAID:
            wanted = None
        else:
            wanted = self._wanted(charge)
        truth = Truth(Standing.PAID, payment.amount, "CNY")
        for _time in range(2 if place == "twice" else 1):
            with transaction():
                payments.apply_truth(payment.id, truth)
        if wanted is None:
            return
        charge = db.session.get_one(Charge, charge.id)
        payment = db.session.get_one(Payment, payment.id)
        assert (charge.state is ChargeState.PAID) == wanted, (charge.kind, charge.state)
        assert payment.refunded == (0 if wanted else payment.amount), "what is of no use goes back, wholly"
        if wanted:
            self._took(charge)

    def _expire(self) -> None:
        if self.offers:
            charge = db.session.get_one(Charge, self.offers[-1])
            with transaction():
                payments.let_expire(str(charge.payment_id))

    def _refund(self, which: str) -> None:
        paid = [key for key in self.bills if key in self.offers and not self.bills[key].gone]
        if not paid:
            return
        self._wake_late()
        charge_id = paid[0] if which == "first" else paid[-1]
        charge, bill = db.session.get_one(Charge, charge_id), self.bills[charge_id]
        run = self.run_of(charge.subscription_id)
        amount = bill.amount - bill.back
        amount -= bill.promised - bill.back
        if which == "some":
            amount = min(amount, 700)
        if amount <= 0:
            return
        with transaction():
            refund = payments.ask_refund(str(charge.payment_id), amount, reason="", by=None)
            if which != "later":
                payments.apply_refund_truth(refund.id, RefundTruth(RefundStanding.DONE))
        bill.promised += amount
        if which == "later":
            self.pending.append((refund.id, charge_id, amount))
            return
        run.give_back(bill, amount, self.now, self._elsewhere(run))
        self._arrange_after(bill)

    def _promise(self) -> None:
        """Staff give it back; the provider has not said yes yet."""
        self._refund("later")

    def _fulfil(self) -> None:
        self._wake_late()
        pending, self.pending = self.pending, []
        for refund_id, charge_id, amount in pending:
            with transaction():
                payments.apply_refund_truth(refund_id, RefundTruth(RefundStanding.DONE))
            charge, bill = db.session.get_one(Charge, charge_id), self.bills[charge_id]
            run = self.run_of(charge.subscription_id)
            run.give_back(bill, amount, self.now, self._elsewhere(run))
            self._arrange_after(bill)

    def _arrange_after(self, bill: Any) -> None:
        if bill.gone:
            self._arrange()

    # -------------------------------------------------------------- always

    def check(self) -> None:
        with clock.travel(self.now):
            self._check_access()
        live = sa.select(sa.func.count()).where(
            Subscription.member_id == self.member, Subscription.state.in_(LIVE)
        )
        assert (db.session.scalar(live) or 0) <= 1
        lapses = sa.select(sa.func.count()).where(
            MembershipEvent.member_id == self.member, MembershipEvent.what == Happened.LAPSED
        )
        begun = sum(
            run.brought_back + len([1 for bill in run.bills if bill.kind != "upgrade"])
            for run in self.runs.values()
        )
        assert (db.session.scalar(lapses) or 0) <= begun, "nothing expires twice"
        # for members of other lives the clock went backwards: only the tier beside our own name can be right
        wrong = [what for what, _kept, _true in proofs.all_differences()]
        assert not [what for what in wrong if "beside the name" not in what or self.member in what]

    def _check_access(self) -> None:
        held = {piece.tier for piece in self.others if piece.start <= self.now < piece.end}
        for run in self.runs.values():
            held |= {tier for tier in self.tiers if run.holds(tier, self.now)}
        best = max((BEST[tier] for tier in held), default=0)
        assert perks_of(self.member)[Perk.EARLY_ACCESS_HOURS] == best
        self._check_ends()

    def _check_ends(self) -> None:
        """Every stretch that is still to come, to the microsecond: nothing is lost, nothing is given twice."""
        pieces = self.others + [piece for run in self.runs.values() for piece in run.pieces]
        mine = sa.select(Span.tier_id, Span.starts_at, Span.ends_at).where(
            Span.member_id == self.member, Span.ends_at > self.now, Span.ends_at > Span.starts_at
        )
        kept = sorted(
            (self.names[row.tier_id], row.starts_at, row.ends_at) for row in db.session.execute(mine)
        )
        ahead = [piece for piece in pieces if piece.end > max(self.now, piece.start)]
        assert kept == sorted((piece.tier, piece.start, piece.end) for piece in ahead)
