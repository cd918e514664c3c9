"""Reading deliveries: one's own, and the list of staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.core.timeline import moments
from portal.core.words import spoken
from portal.deliveries.models import Delivery, DeliveryState
from portal.deliveries.rules import ARRIVES_WITHIN, ASKED_BEFORE, OVER, SENDABLE, WAITS_LONG

#: what staff may look at, the most urgent first
SHOWN: dict[str, tuple[DeliveryState, ...]] = {
    "ready": (DeliveryState.READY,),
    "lost": (DeliveryState.LOST,),
    "asked": (DeliveryState.ASKED,),
    "shipped": (DeliveryState.SHIPPED,),
    "over": OVER,
}
_STEP = 100
#: what staff took along and nobody sent yet; who gives another address afterwards is on no list
_ON_LIST = (Delivery.state == DeliveryState.READY, Delivery.listed_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery in the list of staff. ``waits_days``: for how many days it has had an address, once that is long."""

    delivery: Delivery
    member: Member

    @property
    def waits_days(self) -> int:
        ready_at = self.delivery.ready_at
        if self.delivery.state is not DeliveryState.READY or ready_at is None:
            return 0
        waited = clock.now() - ready_at
        return waited.days if waited >= WAITS_LONG else 0


def delivery_for(owner_kind: str, owner_id: str) -> Delivery | None:
    """What is sent for one thing above. One query."""
    one = sa.select(Delivery).where(Delivery.owner_kind == owner_kind, Delivery.owner_id == owner_id)
    return db.session.scalar(one.execution_options(populate_existing=True))


def get_own(delivery_id: str, member_id: str) -> Delivery:
    """Raises NotFound for what goes to somebody else."""
    found = db.session.get(Delivery, delivery_id, populate_existing=True)
    if found is None or found.member_id != member_id:
        raise NotFound(_("There is no delivery for you at this address."))
    return found


def own(member_id: str, cursor: str | None) -> Page[Delivery]:
    """The newest first. One query."""
    mine = sa.select(Delivery).where(Delivery.member_id == member_id)
    return keyset_page(mine, (Delivery.asked_at, Delivery.id), cursor=cursor)


def has_any(member_id: str) -> bool:
    """Whether anything ever went to them. One light query."""
    return bool(db.session.scalar(sa.select(sa.exists().where(Delivery.member_id == member_id))))


# ------------------------------------------------------------------ for staff


def get_row(delivery_id: str) -> Row:
    found = db.session.execute(_rows().where(Delivery.id == delivery_id)).one_or_none()
    if found is None:
        raise NotFound(_("There is no such delivery."))
    return Row(found.Delivery, found.Member)


def listed(show: str, cursor: str | None) -> Page[Row]:
    """What stands in one of :data:`SHOWN`, the oldest first. One query."""
    statement = _rows().where(Delivery.state.in_(SHOWN[show]))
    keys = (Delivery.asked_at, Delivery.id)
    page = keyset_page(statement, keys, cursor=cursor, ascending=show != "over", scalars=False)
    return Page([Row(row.Delivery, row.Member) for row in page.items], page.next_cursor)


def counts() -> dict[str, int]:
    """How many stand in each of :data:`SHOWN`. One query."""
    numbers = sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state)
    by_state = {row[0]: row[1] for row in db.session.execute(numbers)}
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in SHOWN.items()}


def waiting_count() -> sa.Select[int]:
    """How many wait for staff: to be sent, or sent again."""
    return sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state.in_(SENDABLE))


def to_ship(listed_at: datetime) -> Iterator[Delivery]:
    """All that stands on the list of this moment and was not sent since, the oldest first, a hundred at a time."""
    ready = sa.select(Delivery).where(*_ON_LIST, Delivery.listed_at >= listed_at)
    ordered = ready.order_by(Delivery.asked_at, Delivery.id).execution_options(yield_per=_STEP)
    yield from db.session.scalars(ordered)


def on_list() -> tuple[int, datetime | None]:
    """How many parcels of the list that was taken along last wait to be sent, and when that was. One query."""
    last = sa.func.max(Delivery.listed_at, type_=Delivery.listed_at.type)
    number, moment = db.session.execute(sa.select(sa.func.count(Delivery.id), last).where(*_ON_LIST)).one()
    return number, moment


def next_on_list(limit: int) -> list[str]:
    """The first of them. One query."""
    listed = sa.select(Delivery.id).where(*_ON_LIST).order_by(Delivery.asked_at, Delivery.id)
    return list(db.session.scalars(listed.limit(limit)))


def to_ask_about(limit: int) -> list[str]:
    """What was sent so long ago that its member is to be asked whether it came."""
    return _sent_until(clock.now() - (ARRIVES_WITHIN - ASKED_BEFORE), Delivery.reminded_at.is_(None), limit)


def arrived_by_now(limit: int) -> list[str]:
    """What was sent so long ago that it came, whoever forgot to say so; nothing whose member was not asked in time."""
    now = clock.now()
    return _sent_until(now - ARRIVES_WITHIN, Delivery.reminded_at <= now - ASKED_BEFORE, limit)


def _sent_until(moment: datetime, which: sa.ColumnElement[bool], limit: int) -> list[str]:
    sent = sa.select(Delivery.id).where(
        Delivery.state == DeliveryState.SHIPPED, Delivery.shipped_at <= moment, which
    )
    return list(db.session.scalars(sent.order_by(Delivery.shipped_at, Delivery.id).limit(limit)))


def _rows() -> sa.Select[*tuple[Any, ...]]:
    """The two key columns stand by name beside the delivery, as pages want them."""
    joined = sa.select(Delivery, Member, Delivery.asked_at, Delivery.id)
    return joined.join(Member, Member.id == Delivery.member_id).execution_options(populate_existing=True)


# ------------------------------------------------------------------ as staff read it in a member's life


def _sent(member_id: str) -> sa.Select[Any]:
    told = moments(Delivery.shipped_at, zh=Delivery.what_zh, en=Delivery.what_en)
    return told.where(Delivery.member_id == member_id)


def _say(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    return TimelineEntry(at, "package", _("We sent %(what)s", what=spoken(facts["zh"], facts["en"])))


LIFE = (Teller(_sent, _say),)
