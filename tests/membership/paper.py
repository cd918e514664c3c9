"""A member's paid time on paper: what it should be, worked out without the portal's rules."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

WEEK, REST = timedelta(days=7), timedelta(days=90)
SHOP = ZoneInfo("Asia/Shanghai")
RUNS = ("active", "ending", "grace", "paused")


def add_months(moment: datetime, months: int) -> datetime:
    local = moment.astimezone(SHOP)
    month = local.year * 12 + local.month - 1 + months
    year, month = month // 12, month % 12 + 1
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(moment.tzinfo)


@dataclass
class Piece:
    """So long a stretch of one tier. ``meant`` is its end before an upgrade cut it; ``fixed`` ones keep their days."""

    tier: str
    start: datetime
    end: datetime
    meant: datetime
    fixed: bool = False

    def shift(self, start: datetime) -> None:
        later = start - self.start
        self.start, self.end, self.meant = start, self.end + later, self.meant + later


#: the tiers, from the lowest to the highest
HEIGHTS = ("silver", "gold", "summit")


def as_good(tier: str) -> tuple[str, ...]:
    return HEIGHTS[HEIGHTS.index(tier) :]


def close_up(pieces: list[Piece], now: datetime) -> None:
    """What waits begins when everything as good is over: the best first, and each as early as it can."""
    ahead = [piece for piece in pieces if piece.end > max(now, piece.start)]
    lying = [piece for piece in ahead if piece.fixed or piece.start <= now]
    for tier in reversed(HEIGHTS):
        for piece in sorted((one for one in ahead if one.tier == tier), key=lambda one: one.start):
            if piece not in lying:
                piece.shift(max([now, *(one.end for one in lying if one.tier in as_good(tier))]))
                lying.append(piece)


@dataclass
class Bill:
    """What was paid for one period."""

    kind: str
    amount: int
    credit: int
    pieces: list[Piece]
    whole: timedelta
    back: int = 0
    promised: int = 0
    ended: bool = False

    @property
    def gone(self) -> bool:
        return self.ended or self.back >= self.amount > 0


@dataclass
class Run:
    """One subscription: bills in the order they took effect."""

    bills: list[Bill] = field(default_factory=list)
    cancelled: bool = False
    refunded: bool = False
    rests_since: datetime | None = None
    left: timedelta = timedelta()
    #: something else runs, so that this one cannot go on although there is time left
    overruled: bool = False
    brought_back: int = 0

    @property
    def pieces(self) -> list[Piece]:
        return [piece for bill in self.bills if not bill.gone for piece in bill.pieces]

    @property
    def end(self) -> datetime:
        return max((piece.end for piece in self.pieces if piece.end > piece.start), default=datetime.min)

    def label(self, now: datetime) -> str:
        if not self.bills:
            return "waiting"
        if self.refunded:
            return "refunded"
        if self.rests_since is not None:
            return "paused"
        end = self.end
        if self.overruled:
            return "lapsed"
        if now < end:
            return "ending" if self.cancelled else "active"
        return "lapsed" if self.cancelled or now >= end + WEEK else "grace"

    def holds(self, tier: str, now: datetime) -> bool:
        if any(piece.tier == tier and piece.start <= now < piece.end for piece in self.pieces):
            return True
        if self.cancelled or self.refunded or self.rests_since or not self.pieces or self.overruled:
            return False
        last = max(self.pieces, key=lambda piece: (piece.end, piece.start))
        return last.tier == tier and last.end <= now < last.end + WEEK

    # -------------------------------------------------------------- money

    @property
    def kept(self) -> int:
        return sum(bill.amount - max(bill.back, bill.promised) for bill in self.bills if not bill.gone)

    def credit(self, now: datetime) -> tuple[int, int]:
        """Between these two it must lie: exact, and each bill rounded up."""
        exact, rounded = Fraction(), 0
        for bill in self.bills:
            if bill.gone:
                continue
            rest = sum(
                (max(timedelta(), piece.end - max(now, piece.start)) for piece in bill.pieces), timedelta()
            )
            worth = bill.amount + bill.credit - bill.back
            part = min(
                Fraction(worth),
                worth * Fraction(rest / timedelta(seconds=1)) / int(bill.whole.total_seconds()),
            )
            exact, rounded = exact + part, rounded + ceil(part)
        return min(int(exact), self.kept), min(rounded + len(self.bills), self.kept)

    # -------------------------------------------------------------- what happens

    def paid(
        self, kind: str, tier: str, months: int, price: int, credit: int, now: datetime, others: list[Piece]
    ) -> None:
        """``others``: what lies on the member's timeline and is not of this run."""
        start = self.end if kind == "renew" and self.label(now) in ("active", "ending", "grace") else now
        known = others if kind == "upgrade" else [*others, *self.pieces]
        start = max([start, *(one.end for one in known if one.tier in as_good(tier) and one.end > one.start)])
        end = add_months(start, months)
        if kind == "upgrade":
            if credit > price:
                over = (end - start) // timedelta(microseconds=1) * (credit - price)
                end += timedelta(microseconds=-(-over // price))
            for piece in self.pieces:
                piece.end = max(piece.start, min(piece.end, now))
        piece = Piece(tier, start, end, end)
        amount = max(0, price - credit)
        self.bills.append(Bill(kind, amount, credit, [piece], end - start))
        self.cancelled = self.overruled = False

    def rest(self, now: datetime) -> None:
        piece = next(piece for piece in self.pieces if piece.end > now)
        self.left, self.rests_since = timedelta(seconds=int((piece.end - now).total_seconds())), now
        piece.end = piece.meant = now

    def wake(self, now: datetime, others: list[Piece]) -> None:
        bill = next(
            bill
            for bill in self.bills
            if not bill.gone and any(piece.end == self.rests_since for piece in bill.pieces)
        )
        tier = bill.pieces[0].tier
        begun = [one.end for one in others if one.tier in as_good(tier) and one.start <= now < one.end]
        start = max([now, *begun])
        bill.pieces.append(Piece(tier, start, start + self.left, start + self.left))
        self.rests_since = None

    def give_back(self, bill: Bill, amount: int, now: datetime, elsewhere: bool) -> None:
        was = self.label(now)
        stands_on = self.rests_since or self.end
        bill.back += amount
        if not bill.gone:
            return
        self._stop(bill, now)
        if bill.kind == "upgrade":
            self._undo_upgrade()
        if all(one.gone or one.back == one.amount for one in self.bills):
            for one in self.bills:
                one.ended = True
                self._stop(one, now)
        if not any(piece.end > max(now, piece.start) for piece in self.pieces):
            if was != "refunded" and all(piece.end != stands_on for piece in self.pieces):
                self.refunded, self.rests_since = True, None
            return
        self.rests_since = None
        if was == "lapsed":
            self.cancelled, self.overruled = False, elsewhere
            self.brought_back += not elsewhere

    def _stop(self, bill: Bill, now: datetime) -> None:
        for piece in bill.pieces:
            piece.end = piece.meant = max(piece.start, min(piece.end, now))

    def _undo_upgrade(self) -> None:
        standing = [place for place, one in enumerate(self.bills) if one.kind == "upgrade" and not one.gone]
        for place, one in enumerate(self.bills):
            if not one.gone and not any(later > place for later in standing):
                for piece in one.pieces:
                    piece.end = piece.meant
