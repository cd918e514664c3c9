"""An event and all who would like to come, in any order of deeds; and what has to be true after each of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import DomainError
from portal.events.models import (
    Event,
    Guest,
    Origin,
    Registration,
    RegistrationState,
    Seats,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.proofs import PROOFS
from portal.events.queries.refunds import comes_back
from portal.events.queries.standing import standing_of
from portal.events.rules import sale, times
from portal.events.services import (
    calling_off,
    changing,
    confirming,
    holding,
    leaving,
    lines,
    passing,
    paying,
    tickets,
)
from portal.events.services.confirming import Details
from portal.events.services.placing import Party
from portal.membership.models import Perk, SpanKind
from portal.membership.services import spans
from portal.payments import services as payments
from portal.payments.models import RECEIVED, Payment, Refund, RefundState
from portal.payments.providers import RefundStanding, RefundTruth, Standing, Truth
from tests.factories.events import ticket_pool
from tests.make import Make

HELD, CONFIRMED = RegistrationState.HELD, RegistrationState.CONFIRMED
PEOPLE = 6


class Lives:
    """Two pools, three kinds of ticket (free, for two and paid, paid), few seats; members of whom the first has all perks."""

    def __init__(self, make: Make) -> None:
        self.now = clock.now()
        with clock.travel(self.now), transaction():
            self.event_id = make.event(capacity=9, refund_hours=48, refund_percent=50).id
            event = db.session.get_one(Event, self.event_id)
            front, back = ticket_pool(event, 6, reserved=2), ticket_pool(event, 5)
            db.session.flush()
            front.reserved_until = event.starts_at - timedelta(days=10)
            made = (
                make.ticket_type(event, front, 5, most_children=1, children_count=True),
                make.ticket_type(event, front, 6, admits=2, most_people=4, price=5000),
                make.ticket_type(event, back, 5, price=3001),
            )
            self.types = [one.id for one in made]
            self.members = [make.member().id for _one in range(PEOPLE)]
            self.owner = make.staff("owner").id
            tier = make.tier(perks={Perk.RESERVED_SEATS: 2, Perk.TICKET_DISCOUNT: 10})
            db.session.flush()
            end = self.now + timedelta(days=99)
            spans.give(self.members[0], tier.id, SpanKind.CODE, starts_at=self.now, ends_at=end)

    # -------------------------------------------------------------- the frame

    def step(self, deed: str, who: int, what: int, size: int) -> None:
        """One deed, which may be refused; then everything is looked at."""
        before = self._picture()
        with clock.travel(self.now):
            with suppress(DomainError):
                getattr(self, f"_{deed}")(who, what, size)
            db.session.rollback()
            self._check(before)
        self.now += timedelta(seconds=20)

    def _kind(self, what: int) -> TicketType:
        return db.session.get_one(TicketType, self.types[what], populate_existing=True)

    def _by(self, who: int) -> Any:
        return viewer_of(self.members[who])

    def _one(self, who: int, state: RegistrationState) -> Registration | None:
        """One of all that are in this state, if there are any."""
        found = sa.select(Registration).where(
            Registration.event_id == self.event_id, Registration.state == state
        )
        every = db.session.scalars(found.order_by(Registration.id)).all()
        return every[who % len(every)] if every else None

    # -------------------------------------------------------------- deeds

    def _hold(self, who: int, what: int, size: int) -> None:
        by = self._by(who)
        standing = standing_of(by)
        with transaction():
            kind = self._kind(what)
            party = _party(kind, size)
            holding.hold_seats(kind, party, attempt=new_id(), by=by, standing=standing)

    def _details(self, who: int, what: int, size: int) -> None:
        """Free ones are a ticket with it; an offer is accepted so."""
        one = self._one(who, HELD)
        if one is not None:
            with transaction():
                confirming.give_details(one, Details("A", ["B"] * (size - 1)), by=viewer_of(one.buyer_id))

    def _begin(self, who: int, what: int, size: int) -> None:
        self._details(who, what, size)
        one = self._one(who, HELD)
        if one is not None and one.amount and one.named_at:
            with transaction():
                paying.begin(one, provider="sandbox", by=viewer_of(one.buyer_id), return_path="/")

    def _pay(self, who: int, what: int, size: int) -> None:
        """Money comes for one of all payments, running or over; ``size`` 4 is the oldest."""
        theirs = sa.select(Payment.id, Payment.amount).where(
            Payment.purpose_kind == paying.PURPOSE,
            Payment.payer_id.in_(self.members),
            Payment.state.not_in(RECEIVED),
        )
        found = db.session.execute(theirs.order_by(Payment.created_at, Payment.id)).all()
        if found:
            payment_id, amount = found[0 if size == 4 else -1 - who % min(2, len(found))]
            with transaction():
                payments.apply_truth(payment_id, Truth(Standing.PAID, amount, "CNY"))

    def _fail(self, who: int, what: int, size: int) -> None:
        one = self._one(who, HELD)
        if one is not None and one.payment_id:
            with transaction():
                payments.apply_truth(one.payment_id, Truth(Standing.FAILED))

    def _refunds(self, who: int, what: int, size: int) -> None:
        """Providers give back what was promised."""
        open_ones = db.session.scalars(sa.select(Refund.id).where(Refund.state == RefundState.ASKED))
        for refund_id in list(open_ones):
            with transaction():
                payments.apply_refund_truth(refund_id, RefundTruth(RefundStanding.DONE))

    def _staff_refund(self, who: int, what: int, size: int) -> None:
        one = self._one(who, CONFIRMED)
        if one is not None and one.payment_id:
            payment = db.session.get_one(Payment, one.payment_id)
            with transaction():
                asked = payments.ask_refund(payment.id, payment.left.amount, reason="", by=None)
                payments.apply_refund_truth(asked.id, RefundTruth(RefundStanding.DONE))

    def _buy(self, who: int, what: int, size: int) -> None:
        """From the hold to the ticket."""
        self._hold(who, what, size)
        self._begin(who, what, size)
        self._pay(who, what, size)

    def _give_up(self, who: int, what: int, size: int) -> None:
        """A hold is given up, an offer declined."""
        one = self._one(who, HELD)
        if one is not None:
            with transaction():
                leaving.give_up(one)

    def _cancel(self, who: int, what: int, size: int) -> None:
        one = self._one(who, CONFIRMED)
        if one is not None:
            seen = comes_back(db.session.get_one(Event, self.event_id), one, clock.now())
            with transaction():
                leaving.cancel(db.session.get_one(Registration, one.id), seen=seen, kindly=size == 1)

    def _fewer(self, who: int, what: int, size: int) -> None:
        one = self._one(who, CONFIRMED)
        if one is None:
            return
        admits = db.session.get_one(TicketType, one.ticket_type_id).admits
        gone = range(one.people - admits, one.people)
        event = db.session.get_one(Event, self.event_id)
        back = one.amount - times.share_of(one, max(one.people - admits, 1))
        seen = times.refund_of(event, back, begins=event.starts_at, now=clock.now())
        version = one.version
        with transaction():
            changing.come_with_fewer(one, gone, version=version, seen=seen)

    def _more(self, who: int, what: int, size: int) -> None:
        one = self._one(who, CONFIRMED)
        if one is not None:
            standing = standing_of(viewer_of(one.member_id))
            with transaction():
                changing.come_with_more(one, people=size, children=0, standing=standing, version=one.version)

    def _pass_on(self, who: int, what: int, size: int) -> None:
        one = self._one(who, CONFIRMED)
        if one is None:
            return
        taker = self._by(what)
        standing = standing_of(taker)
        with transaction():
            token = passing.make_link(one, "", by=viewer_of(one.member_id))
        with transaction():
            passing.take(passing.find_link(token, taker), by=taker, standing=standing)

    def _wait(self, who: int, what: int, size: int) -> None:
        by = self._by(who)
        standing = standing_of(by)
        with transaction():
            kind = self._kind(what)
            lines.join(kind, _party(kind, size), by=by, standing=standing)

    def _leave_line(self, who: int, what: int, size: int) -> None:
        line = sa.select(WaitingEntry).where(
            WaitingEntry.event_id == self.event_id, WaitingEntry.state == WaitingState.WAITING
        )
        entry = db.session.scalar(line.order_by(WaitingEntry.turn).offset(size - 1).limit(1))
        if entry is not None:
            with transaction():
                lines.leave(entry)

    def _capacity(self, who: int, what: int, size: int) -> None:
        """Staff make a kind of ticket greater or smaller, as far as it goes."""
        by = viewer_of(self.owner)
        event, kind = db.session.get_one(Event, self.event_id), self._kind(what)
        seen = tickets.type_words(kind, db.session.get_one(Seats, kind.id))
        by_so_many = size - 2 or -2
        with transaction():
            tickets.change_type(
                kind,
                replace(seen, capacity=max(1, seen.capacity + by_so_many)),
                event=event,
                seen=seen.fingerprint(),
                by=by,
            )

    def _call_off(self, who: int, what: int, size: int) -> None:
        """Seldom, for after it not much happens; the worker comes with the next sweep."""
        if what == 0 and size == 4:
            by = viewer_of(self.owner)
            with transaction():
                calling_off.call_off(db.session.get_one(Event, self.event_id), words="Storm", by=by)

    def _sweep(self, who: int, what: int, size: int) -> None:
        from portal.events.jobs import holds

        holds.expire_holds()
        holds.release_reserves()
        for one in calling_off.tickets(self.event_id, 99) if self.event_id in calling_off.owing() else ():
            with transaction():
                calling_off.end_ticket(one)

    def _time(self, who: int, what: int, size: int) -> None:
        waits = (timedelta(minutes=16), timedelta(hours=25), timedelta(days=9), timedelta(days=6))
        self.now += waits[(who + what) % len(waits)]

    # -------------------------------------------------------------- always

    def _picture(self) -> dict[str, str]:
        """Who waits, offered or not, and all registrations there are."""
        waiting = sa.select(WaitingEntry.id, WaitingEntry.state).where(WaitingEntry.event_id == self.event_id)
        mine = sa.select(Registration.id, Registration.state).where(Registration.event_id == self.event_id)
        rows = [*db.session.execute(waiting), *db.session.execute(mine)]
        db.session.rollback()
        return {row[0]: row[1].value for row in rows}

    def _check(self, before: dict[str, str]) -> None:
        event = db.session.get_one(Event, self.event_id)
        for row in db.session.scalars(sa.select(Seats).where(Seats.event_id == event.id)):
            assert 0 <= row.used <= row.capacity and 0 <= row.reserved_used <= row.reserved
        assert [line for proof in PROOFS for line in proof.differences()] == []
        everybody = db.session.scalars(sa.select(Registration).where(Registration.event_id == event.id)).all()
        for one in everybody:
            self._check_party(one)
            self._check_money(event, one)
        if times.keeps_line(event, self.now):
            self._check_order(before, everybody)

    def _check_party(self, one: Registration) -> None:
        """Nobody sits without the others of their party."""
        kind = db.session.get_one(TicketType, one.ticket_type_id)
        whole = sale.seats_for(kind, one.people, one.children)
        assert one.seats == (whole if one.is_live else 0)
        assert one.people % kind.admits == 0
        guests = sa.select(sa.func.count()).where(Guest.registration_id == one.id)
        assert db.session.scalar(guests) == one.people + one.children

    def _check_money(self, event: Event, one: Registration) -> None:
        """Of all that came for a sign-up the house keeps at most the price of a ticket, and nothing where there never was one, or
        where it ended after the event was called off."""
        came = db.session.scalars(
            sa.select(Payment).where(
                Payment.purpose_kind == paying.PURPOSE,
                Payment.purpose_id == one.id,
                Payment.state.in_(RECEIVED),
            )
        ).all()
        kept = [payment for payment in came if payment.refunded < payment.received]
        assert all(payment.id == one.payment_id for payment in kept)
        if one.state is CONFIRMED and not self._is_on_its_way_back(one):
            assert bool(kept) == bool(one.amount)
        too_late = event.cancelled_at and one.ended_at and one.ended_at >= event.cancelled_at
        if one.confirmed_at is None or too_late:
            assert not kept

    def _is_on_its_way_back(self, one: Registration) -> bool:
        """The ticket ends with the last refund that arrives; until then one of them may still come back."""
        mine = sa.select(Refund.id).where(
            Refund.payment_id == one.payment_id, Refund.state == RefundState.ASKED
        )
        return db.session.scalar(mine.limit(1)) is not None

    def _check_order(self, before: dict[str, str], everybody: Any) -> None:
        """Who was just asked, or just sat down, passed nobody by who waits for the same and has waited longer."""
        line = db.session.scalars(
            sa.select(WaitingEntry).where(WaitingEntry.event_id == self.event_id).order_by(WaitingEntry.turn)
        ).all()
        still = [one for one in line if one.state is WaitingState.WAITING and self._may_be_asked(one)]
        for entry in line:
            fresh = entry.state is WaitingState.OFFERED and before.get(entry.id) != "offered"
            if fresh and not self._on_reserve(entry.registration_id):
                rivals = [one for one in still if one.ticket_type_id == entry.ticket_type_id]
                assert all(one.turn > entry.turn for one in rivals), "asked before somebody who waited longer"
        for one in everybody:
            fresh = one.id not in before and one.origin is Origin.DIRECT
            replaced = [old for old in everybody if before.get(old.id) == "held" and old.state != HELD]
            if fresh and not one.reserved and not any(old.member_id == one.member_id for old in replaced):
                assert all(entry.ticket_type_id != one.ticket_type_id for entry in still), "jumped the line"

    def _may_be_asked(self, entry: WaitingEntry) -> bool:
        """They would ever fit, and are not just signing up for it."""
        path = (entry.event_id, entry.pool_id, entry.ticket_type_id)
        fits = all(db.session.get_one(Seats, one).capacity >= entry.seats for one in path)
        return fits and holding.find_live(entry.ticket_type_id, entry.member_id) is None

    def _on_reserve(self, registration_id: str | None) -> bool:
        return bool(db.session.get_one(Registration, registration_id).reserved)


def _party(kind: TicketType, size: int) -> Party:
    """About so many as this ticket type takes."""
    return Party(-(-size // kind.admits) * kind.admits, size % 2 if kind.most_children else 0)
