"""All that may happen to one member, step by step, in the portal and on paper."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core.db import db, transaction
from portal.membership import jobs
from portal.membership.models import (
    Gift,
    Span,
    Subscription,
    Tier,
)
from portal.membership.services import codes, gifts, grants, passing, subscriptions
from tests.membership.paper import RUNS, Piece, Run, add_months, as_good
from tests.membership.purse import Purse


class Life(Purse):
    """What they do with it, what others give them, and time."""

    # -------------------------------------------------------------- what a member does

    def _join(self, name: str) -> None:
        self._wake_late()
        with transaction():
            charge = subscriptions.join(self._plan(name), by=self.by)
            self._offer(charge)
        assert all(run.label(self.now) not in RUNS for run in self.runs.values())

    def _renew(self) -> None:
        self._wake_late()
        with transaction():
            self._offer(subscriptions.renew(self.subscription(), by=self.by))

    def _upgrade(self, length: str = "gold") -> None:
        self._wake_late()
        with transaction():
            plan = self._plan({"longer": "long"}.get(length, length))
            subscription = self.subscription()
            charge = subscriptions.upgrade(subscription, plan, by=self.by)
            run = self.paper()
            least, most = run.credit(self.now)
            assert least <= charge.credit <= most <= run.kept or charge.credit == run.kept
            self._offer(charge)

    def _choose(self, name: str) -> None:
        self._wake_late()
        with transaction():
            subscriptions.choose_next(self.subscription(), self._plan(name), by=self.by)

    def _cancel(self) -> None:
        self._wake_late()
        run = self.paper()
        label = run.label(self.now)
        with transaction():
            subscriptions.cancel(self.subscription(), by=self.by, reason="too far away")
        assert label in ("active", "grace", "paused")
        run.cancelled = True
        if label == "paused":
            self._woke(run)

    def _keep(self) -> None:
        self._wake_late()
        run = self.paper()
        with transaction():
            subscriptions.keep(self.subscription(), by=self.by)
        assert run.label(self.now) == "ending"
        run.cancelled = False

    def _pause(self) -> None:
        self._wake_late()
        run = self.paper()
        with transaction():
            subscriptions.pause(self.subscription(), by=self.by)
        assert run.label(self.now) == "active"
        run.rest(self.now)

    def _resume(self) -> None:
        self._wake_late()
        run = self.paper()
        with transaction():
            subscriptions.resume(self.subscription(), by=self.by)
        self._woke(run)

    def _woke(self, run: Run) -> None:
        run.wake(self.now, self._besides(run))
        self._arrange()

    def _wake_late(self) -> None:
        """Every verb catches up first; what rested for ninety days wakes when somebody looks."""
        for key, run in self.runs.items():
            if run.rests_since is not None and self.now >= run.rests_since + timedelta(days=90):
                with transaction():
                    passing.catch_up(db.session.get_one(Subscription, key))
                self._woke(run)

    # -------------------------------------------------------------- what others give

    def _grant(self) -> None:
        end = self.now + timedelta(days=20)
        with transaction():
            span = grants.grant(
                db.session.get_one(Member, self.member),
                db.session.get_one(Tier, self.tiers["silver"]),
                starts_at=self.now,
                ends_at=end,
                reason="for the help at the fair",
                by=viewer_of(self.owner),
            )
            piece = Piece("silver", self.now, end, end, fixed=True)
            self.grants.append((span.id, piece))
        self.others.append(piece)
        self._arrange()

    def _end(self, _what: str) -> None:
        if self.grants:
            span_id, piece = self.grants.pop()
            with transaction():
                grants.end_grant(
                    db.session.get_one(Span, span_id), by=viewer_of(self.owner), reason="by mistake"
                )
            piece.end = self.now
            self._arrange()

    def _gift(self, tier: str) -> None:
        with transaction():
            gift = self.make.gift(db.session.get_one(Member, self.owner), self._plan(tier))
            piece = self._joined_on(gifts.claim(gift, by=self.by), self._plan(tier).months)
            self.gifts.append((gift.id, piece))

    def _gone(self) -> None:
        """The money of the last gift goes back."""
        if self.gifts:
            gift_id, piece = self.gifts.pop()
            with transaction():
                gifts.take_back(db.session.get_one(Gift, gift_id))
            piece.end = max(piece.start, min(piece.end, self.now))
            self._arrange()

    def _code(self) -> None:
        with transaction():
            code = self.make.code(
                db.session.get_one(Tier, self.tiers["gold"]), months=1, by=viewer_of(self.owner)
            )
            self._joined_on(codes.redeem(code, by=self.by), 1)

    def _joined_on(self, span: Span, months: int) -> Piece:
        """Nothing of it is lost: it begins when all of its kind that is known is over."""
        tier = self.names[span.tier_id]
        known = self.others + [piece for run in self.runs.values() for piece in run.pieces]
        ends = [one.end for one in known if one.tier in as_good(tier) and one.end > one.start]
        start = max([self.now, *ends])
        piece = Piece(tier, start, add_months(start, months), add_months(start, months))
        self.others.append(piece)
        self._arrange()
        return piece

    # -------------------------------------------------------------- time

    def _sweep(self) -> None:
        self._wake_late()
        jobs.move_subscriptions()
        for key, run in self.runs.items():
            if run.bills:
                assert db.session.get_one(Subscription, key).state.value == run.label(self.now)

    def _days(self, number: str) -> None:
        self.now += timedelta(days=int(number))
