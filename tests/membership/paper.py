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
    """So long a stretch of one tier. ``meant`` is its end before an upgrade cut it."""

    tier: str
    start: datetime
    end: datetime
    meant: datetime


@dataclass
class Bill:
    """What was paid for one period."""

    kind: str
    amount: int
    credit: int
    pieces: list[Piece]
    whole: timedelta
    back: int = 0

    @property
    def gone(self) -> bool:
        return self.back >= self.amount > 0


@dataclass
class Run:
    """One subscription: bills in the order they took effect."""

    bills: list[Bill] = field(default_factory=list)
    cancelled: bool = False
    refunded: bool = False
    rests_since: datetime | None = None
    left: timedelta = timedelta()
    closed: bool = False

    @property
    def pieces(self) -> list[Piece]:
        return [piece for bill in self.bills if not bill.gone for piece in bill.pieces]

    @property
    def end(self) -> datetime:
        return max((piece.end for piece in self.pieces if piece.end > piece.start), default=datetime.min)

    def label(self, now: datetime) -> str:
        if not self.bills:
            return "waiting"
        self.wake_up(now)
        if self.refunded:
            return "refunded"
        if self.rests_since is not None:
            return "paused"
        end = self.end
        if now < end:
            return "ending" if self.cancelled else "active"
        return "lapsed" if self.cancelled or self.closed or now >= end + WEEK else "grace"

    def wake_up(self, now: datetime) -> None:
        """After ninety days by itself; how late it is noticed decides from when it runs."""

    def holds(self, tier: str, now: datetime) -> bool:
        if any(piece.tier == tier and piece.start <= now < piece.end for piece in self.pieces):
            return True
        if self.cancelled or self.refunded or self.rests_since or not self.pieces or self.closed:
            return False
        last = max(self.pieces, key=lambda piece: (piece.end, piece.start))
        return last.tier == tier and last.end <= now < last.end + WEEK

    # -------------------------------------------------------------- money

    @property
    def kept(self) -> int:
        return sum(bill.amount - bill.back for bill in self.bills)

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

    def paid(self, kind: str, tier: str, months: int, price: int, credit: int, now: datetime) -> None:
        label = self.label(now)
        start = self.end if kind == "renew" and label in ("active", "ending", "grace") else now
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
        self.cancelled = self.closed = False

    def rest(self, now: datetime) -> None:
        piece = next(piece for piece in self.pieces if piece.end > now)
        self.left, self.rests_since = timedelta(seconds=int((piece.end - now).total_seconds())), now
        piece.end = piece.meant = now

    def wake(self, now: datetime) -> None:
        bill = next(
            bill
            for bill in self.bills
            if not bill.gone and any(piece.end == self.rests_since for piece in bill.pieces)
        )
        bill.pieces.append(Piece(bill.pieces[0].tier, now, now + self.left, now + self.left))
        self.rests_since = None

    def give_back(self, bill: Bill, amount: int, now: datetime) -> None:
        was = self.label(now)
        stands_on = self.rests_since or self.end
        bill.back += amount
        if not bill.gone:
            return
        for piece in bill.pieces:
            piece.end = piece.meant = max(piece.start, min(piece.end, now))
        if bill.kind == "upgrade":
            self._undo_upgrade()
        ahead = sorted(
            (piece for piece in self.pieces if piece.end > max(now, piece.start)), key=lambda p: p.start
        )
        if not ahead:
            if was != "refunded" and all(piece.end != stands_on for piece in self.pieces):
                self.refunded, self.rests_since = True, None
            return
        gap = max(timedelta(), ahead[0].start - now)
        for piece in ahead:
            piece.start, piece.end = piece.start - gap, piece.end - gap
            piece.meant = piece.end

    def _undo_upgrade(self) -> None:
        standing = [place for place, one in enumerate(self.bills) if one.kind == "upgrade" and not one.gone]
        for place, one in enumerate(self.bills):
            if not one.gone and not any(later > place for later in standing):
                for piece in one.pieces:
                    piece.end = piece.meant
