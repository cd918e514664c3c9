"""The house's slot: always the same hour on the house's clocks, whatever those clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from portal.core import clock
from portal.drops import rules
from portal.drops.models import Drop
from portal.drops.rules import SLOTS, Stage

TUESDAY, TEN = 1, 10 * 60


def test_there_are_26_slots_a_week_apart_beginning_with_the_next() -> None:
    sunday = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
    found = rules.slots(TUESDAY, TEN, "Asia/Shanghai", sunday)
    assert len(found) == SLOTS
    assert found[0] == datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(weeks=1)}


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 11, 24, 1, 59, tzinfo=UTC), datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 2, 0, tzinfo=UTC), datetime(2026, 12, 1, 2, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_slot_that_is_now_is_over(now: datetime, first: datetime) -> None:
    """The last case: it is Tuesday in Shanghai already, and Monday elsewhere."""
    assert rules.slots(TUESDAY, TEN, "Asia/Shanghai", now)[0] == first


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
def test_clocks_that_change_keep_the_hour(zone: str) -> None:
    """Over half a year the clocks change once: the hour that people read stays, the instant moves."""
    found = rules.slots(TUESDAY, TEN, zone, datetime(2026, 9, 1, 0, 0, tzinfo=UTC), 52)
    shown = {(local.weekday(), local.hour, local.minute) for local in (clock.in_zone(m, zone) for m in found)}
    assert shown == {(TUESDAY, 10, 0)}
    assert len({moment.hour for moment in found}) == 2


def test_an_hour_that_the_clocks_leave_out_still_has_a_slot() -> None:
    """Sunday 02:30 on the day when Berlin's clocks jump from 2 to 3."""
    found = rules.slots(6, 150, "Europe/Berlin", datetime(2027, 3, 22, 0, 0, tzinfo=UTC), 3)
    assert len(found) == 3
    assert clock.in_zone(found[0], "Europe/Berlin").date().isoformat() == "2027-03-28"
    assert found == sorted(set(found))


def test_where_a_drop_stands_for_whom() -> None:
    start = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    drop = Drop(starts_at=start, published_at=start - timedelta(days=9))
    early = rules.opens_for(start, 24)
    hour = timedelta(hours=1)
    assert rules.stage_of(drop, start, start - hour) is Stage.COMING
    assert rules.stage_of(drop, early, start - hour) is Stage.OPEN
    assert rules.stage_of(drop, early, early - hour) is Stage.COMING
    assert rules.stage_of(drop, start, start) is Stage.OPEN
    assert rules.stage_of(drop, start, start + timedelta(days=2)) is Stage.PAST
    assert rules.may_shop(drop, start, start + timedelta(days=200))
    drop.cancelled_at = start
    assert rules.stage_of(drop, start, start) is Stage.CANCELLED
    assert not rules.may_shop(drop, start, start + hour)
    assert rules.stage_of(Drop(starts_at=start), start, start) is Stage.DRAFT
    assert not rules.may_shop(Drop(starts_at=start), start, start + hour)
