"""The clock of who was chosen: what comes when, from the moments in their row alone. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from portal.core import clock
from portal.trials.models import Tester, TesterState

#: before an offer lapses, whoever did not answer hears once more
ACCEPT_REMINDER = timedelta(hours=12)
#: after somebody took part they say where to send it: a reminder, and the end
ADDRESS_REMINDER, ADDRESS_WITHIN = timedelta(days=3), timedelta(days=7)
#: a first reminder so many days before the report is due; reminders come in the morning, shop time
SOON_DAYS, MORNING = 3, 9 * 60
#: reports are due at the last minute of a day, and so long afterwards they come late, then they are missing
LAST_MINUTE, LATE_FOR = 23 * 60 + 59, timedelta(days=3)
#: whoever let one go missing rests so long
PAUSE = timedelta(days=180)

#: for whom it may end because something stronger came between
EXCUSABLE = (TesterState.OFFERED, TesterState.ACCEPTED, TesterState.MISSING)


class Step(StrEnum):
    """What the worker has to do when a moment comes."""

    ACCEPT_SOON = "accept_soon"
    LAPSE = "lapse"
    ADDRESS_SOON = "address_soon"
    NO_ADDRESS = "no_address"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    LATE = "late"
    MISSING = "missing"


def due_after(received_at: datetime, days: int, zone: str) -> datetime:
    """When the report is due: the last minute of the day so many days after it arrived, shop time."""
    day = clock.in_zone(received_at + timedelta(days=days), zone).date()
    return clock.wall_time(day, LAST_MINUTE, zone)


def steps_of(tester: Tester, zone: str) -> list[tuple[datetime, Step]]:
    """All that lies on their way as it stands now, in order."""
    if tester.state is TesterState.OFFERED and tester.accept_until is not None:
        until = tester.accept_until
        return [(until - ACCEPT_REMINDER, Step.ACCEPT_SOON), (until, Step.LAPSE)]
    if tester.state is not TesterState.ACCEPTED:
        return []
    if tester.due_at is None:
        begun = tester.accepted_at or tester.offered_at
        return [(begun + ADDRESS_REMINDER, Step.ADDRESS_SOON), (begun + ADDRESS_WITHIN, Step.NO_ADDRESS)]
    due, day = tester.due_at, clock.in_zone(tester.due_at, zone).date()
    return [
        (clock.wall_time(day - timedelta(days=SOON_DAYS), MORNING, zone), Step.DUE_SOON),
        (clock.wall_time(day, MORNING, zone), Step.DUE_TODAY),
        (due, Step.LATE),
        (due + LATE_FOR, Step.MISSING),
    ]


def step_due(tester: Tester, now: datetime, zone: str) -> Step | None:
    """The newest step whose moment came: after a rest of the worker nobody gets reminders of yesterday."""
    come = [step for at, step in steps_of(tester, zone) if at <= now]
    return come[-1] if come else None


def next_look(tester: Tester, after: datetime, zone: str) -> datetime | None:
    """When the worker has to look again; None when nothing comes by itself."""
    return next((at for at, _step in steps_of(tester, zone) if at > after), None)


def may_answer(tester: Tester, now: datetime) -> bool:
    """They may say whether they take part."""
    return tester.state is TesterState.OFFERED and (
        tester.accept_until is not None and now < tester.accept_until
    )


def may_extend(tester: Tester, now: datetime) -> bool:
    """Once, before it is due."""
    waits = tester.state is TesterState.ACCEPTED and tester.extended_at is None
    return waits and tester.due_at is not None and now < tester.due_at


def may_report(tester: Tester) -> bool:
    """It arrived, and no report was handed in. One that was missing is welcome, too."""
    arrived = tester.state is TesterState.ACCEPTED and tester.due_at is not None
    return arrived or tester.state is TesterState.MISSING


def waited_enough(tester: Tester, now: datetime) -> bool:
    """For the address of somebody who takes part."""
    return tester.accepted_at is not None and now >= tester.accepted_at + ADDRESS_WITHIN


def is_late(tester: Tester, now: datetime) -> bool:
    return tester.due_at is not None and now > tester.due_at


def gets_it(tester: Tester) -> bool:
    """What is tried arrived at their home, or is on its way there."""
    return tester.sent_at is not None or tester.due_at is not None


def takes_seat(tester: Tester) -> bool:
    """Whether the place is theirs, or was: whoever does not get anything leaves it to somebody else."""
    if tester.state is TesterState.EXCUSED:
        return gets_it(tester)
    return tester.state not in (TesterState.DECLINED, TesterState.LAPSED)
