"""How the choice of a trial stands: seats, first timers, regions, and how many are in each heap. One query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.brand.queries import current as current_brand
from portal.brand.queries import shop_day
from portal.core import clock
from portal.core.db import db
from portal.stories.models import Story, StoryState
from portal.trials.models import Application, Decision, Grade, Trial, Way
from portal.trials.rules.filling import Room, newcomers_of, nominated_of
from portal.trials.rules.scores import FULL, WEIGHTS


@dataclass(frozen=True, slots=True)
class RegionTally:
    """``could``: how many of this region have points enough, or were picked; ``newcomers``: first timers with points enough who
    are not picked, also those whom staff skipped; ``hopeful``: first timers who wait for their grades. ``figures``: those of
    :class:`Tally` that can be summed, by name."""

    name: str
    could: int
    newcomers: int
    hopeful: int
    figures: Mapping[str, int]

    @property
    def picked(self) -> int:
        return self.figures["picked"]

    @property
    def picked_newcomers(self) -> int:
        return self.figures["picked_newcomers"]


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures of everybody who can be chosen: not withdrawn, not barred.

    ``review``: undecided, with enough points; ``ungraded``: undecided, waiting for their grades; ``others``: undecided, with too few
    points. ``newcomers`` and ``fresh`` (a new story this week) are parts of ``review``; the figures with ``picked`` of those who
    have a seat.
    """

    trial: Trial
    review: int
    others: int
    ungraded: int
    newcomers: int
    fresh: int
    picked: int
    picked_newcomers: int
    picked_kin: int
    nominated: int
    substitutes: int
    skipped: int
    regions: tuple[RegionTally, ...]

    @property
    def seats_left(self) -> int:
        return max(self.trial.seats - self.picked, 0)

    @property
    def newcomers_wanted(self) -> int:
        """Seats that first timers must have: their share, or as many as there are of them within what a region may have.

        Who else was picked there takes nothing from it, and who waits for their grades counts as long as they can still have
        enough.
        """
        share = newcomers_of(self.trial.seats, self.trial.newcomer_percent)
        there = (
            self._at_most(one, one.picked_newcomers + one.newcomers + one.hopeful) for one in self.regions
        )
        return min(share, sum(there))

    @property
    def newcomers_left(self) -> int:
        return max(self.newcomers_wanted - self.picked_newcomers, 0)

    def newcomers_possible(self, *, after: str | None = None, graded: bool = False) -> int:
        """How many more first timers can have a seat; ``after`` somebody else from that region has one, and only those ``graded``
        already."""
        room = sum(
            self._at_most(
                one, one.newcomers + (0 if graded else one.hopeful), one.picked + (one.name == after)
            )
            for one in self.regions
        )
        return min(room, self.seats_left - (after is not None))

    @property
    def nominations_left(self) -> int:
        return max(nominated_of(self.trial.seats) - self.nominated, 0)

    @property
    def room(self) -> Room:
        """What is left to give, as the draw and the substitutes fill it."""
        has = {one.name: one.picked for one in self.regions if one.picked and one.name}
        return Room(self.seats_left, self.newcomers_left, self.trial.region_most, has)

    def has(self, region: str) -> int:
        """How many seats this region has."""
        return next((one.picked for one in self.regions if one.name == region), 0)

    def figure(self, name: str, region: str = "") -> int:
        """One of the figures that can be summed, of everybody or of one region."""
        if not region:
            return int(getattr(self, name))
        return next((one.figures[name] for one in self.regions if one.name == region), 0)

    def is_full(self, region: str) -> bool:
        """Whether this region has its most; who named none stands in nobody's way."""
        most = self.trial.region_most
        return most is not None and region != "" and self.has(region) >= most

    @property
    def full_regions(self) -> list[str]:
        return [one.name for one in self.regions if self.is_full(one.name)]

    def _at_most(self, region: RegionTally, number: int, taken: int = 0) -> int:
        """So many of this region, as far as it has room; who named none has room."""
        most = self.trial.region_most
        return number if most is None or not region.name else min(number, max(most - taken, 0))


def could_be_chosen() -> sa.ColumnElement[bool]:
    return sa.and_(Application.withdrawn_at.is_(None), Application.barred == "")


def has_enough_points(trial: Trial) -> sa.ColumnElement[bool]:
    """Graded twice, and points enough."""
    return sa.and_(Application.score.is_not(None), Application.score >= trial.least_points)


def waits_for_grades(trial: Trial) -> sa.ColumnElement[bool]:
    """Not graded twice, and their points can still be enough: until then nobody who chooses sees whose answers they are."""
    first = sa.select(Grade.points).where(Grade.application_id == Application.id, Grade.turn == 1)
    best = sa.func.coalesce((first.correlate(Application).scalar_subquery() + FULL + 1) // 2, FULL)
    known = sum(
        (getattr(Application, name) * WEIGHTS[name] for name in ("category", "leadership", "reliability")),
        start=sa.literal(0),
    )
    reachable = known + best * WEIGHTS["grade"] + FULL // 2 >= trial.least_points * FULL
    return sa.and_(Application.category.is_not(None), Application.score.is_(None), reachable)


def has_fresh_story(now: datetime) -> sa.ColumnElement[bool]:
    """They told a story this week: since Monday, shop time."""
    theirs = sa.select(sa.literal(1)).where(
        Story.author_id == Application.member_id,
        Story.state == StoryState.PUBLISHED,
        Story.as_brand.is_(False),
        Story.published_at >= week_start(now),
    )
    return theirs.exists()


def week_start(now: datetime) -> datetime:
    day = shop_day(now)
    return clock.day_start(day - timedelta(days=day.weekday()), current_brand().time_zone)


def tally_of(trial: Trial) -> Tally:
    """One query, whatever the number of applications. ``trial`` is as it stands now."""
    figures = _figures(trial)
    unpicked_new = sa.and_(Application.decision != Decision.PICKED, Application.newcomer)
    parts = {
        "could": sa.or_(figures["picked"], has_enough_points(trial)),
        "new_ones": sa.and_(unpicked_new, has_enough_points(trial)),
        "hopeful": sa.and_(unpicked_new, waits_for_grades(trial)),
    }
    columns = [sa.func.sum(sa.case((one, 1), else_=0)).label(name) for name, one in (figures | parts).items()]
    statement = sa.select(Application.region.label("region"), *columns).where(
        Application.trial_id == trial.id, could_be_chosen()
    )
    rows = [row._mapping for row in db.session.execute(statement.group_by(Application.region))]
    regions = [
        RegionTally(
            row["region"],
            could=int(row["could"]),
            newcomers=int(row["new_ones"]),
            hopeful=int(row["hopeful"]),
            figures={name: int(row[name]) for name in figures},
        )
        for row in rows
    ]
    total = {name: sum(one.figures[name] for one in regions) for name in figures}
    return Tally(trial=trial, regions=_regions(regions), **total)


def _figures(trial: Trial) -> dict[str, sa.ColumnElement[bool]]:
    """What is counted, by the name that it has in the tally."""
    open_ones, picked = Application.decision == Decision.OPEN, Application.decision == Decision.PICKED
    review, ungraded = sa.and_(open_ones, has_enough_points(trial)), waits_for_grades(trial)
    return {
        "review": review,
        "others": sa.and_(open_ones, sa.not_(has_enough_points(trial)), sa.not_(ungraded)),
        "ungraded": sa.and_(open_ones, ungraded),
        "newcomers": sa.and_(review, Application.newcomer),
        "fresh": sa.and_(review, has_fresh_story(clock.now())),
        "picked": picked,
        "picked_newcomers": sa.and_(picked, Application.newcomer),
        "picked_kin": sa.and_(picked, Application.kin),
        "nominated": sa.and_(picked, Application.way == Way.NOMINATED),
        "substitutes": Application.decision == Decision.SUBSTITUTE,
        "skipped": Application.decision == Decision.SKIPPED,
    }


def _regions(found: Iterable[RegionTally]) -> tuple[RegionTally, ...]:
    """Those with seats first, then by how many could be chosen."""
    return tuple(sorted(found, key=lambda one: (-one.picked, -one.could, one.name)))
