"""The demo's trials, as members and staff would have gone through them, from the first word to the changed bag. Deterministic."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from portal.accounts.models import Member, StaffRole
from portal.accounts.queries import member_by_email, viewer_of
from portal.brand import queries as brand
from portal.catalog.models import Product, ProductVersion
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import DomainError
from portal.trials.models import LABEL_EN, LABEL_ZH, Application, Decision, Trial
from portal.trials.queries.grading import desk
from portal.trials.queries.tally import could_be_chosen, has_enough_points
from portal.trials.rules.making import Pair, TrialWords
from portal.trials.services import applying, choosing, freezing, grading, making, picking, spreading

if TYPE_CHECKING:
    from portal.demo.trials import Trial as Words

#: who is first everywhere, so that one sees a tester's pages; who grades, the second one not everything
XIAOMAN, GRADERS = "xiaoman@demo.example", ("owner@demo.example", "moderator@demo.example")
#: sheets of the second trial that wait for whoever grades
LEFT_TO_GRADE = 5


@dataclass
class Cast:
    """Who is there, where they live, and the dice."""

    now: datetime
    manager: Viewer
    graders: tuple[Viewer, ...]
    cities: dict[str, str]
    rng: random.Random = field(default_factory=lambda: random.Random("trials"))

    def members(self, before: datetime) -> list[Member]:
        """Who was a member then and can be written to, the demo's tester first, the others shuffled the same way each time."""
        working = sa.select(StaffRole.member_id)
        found = db.session.scalars(
            sa.select(Member)
            .where(Member.email.is_not(None), Member.id.not_in(working), Member.joined_at < before)
            .order_by(Member.number)
        ).all()
        others = [one for one in found if one.email != XIAOMAN]
        self.rng.shuffle(others)
        return [one for one in found if one.email == XIAOMAN] + others


def load() -> None:
    """Inside the transaction of ``flask demo load``, after members, products and orders."""
    from portal.demo import trials as t  # only the demo reads its words
    from portal.demo.members import MEMBERS
    from portal.trials import demo_ended, demo_running

    cast = Cast(
        clock.now(),
        viewer_of(member_by_email("manager@demo.example").id),
        tuple(viewer_of(member_by_email(email).id) for email in GRADERS),
        {one.email: one.city.zh for one in MEMBERS},
    )
    demo_ended.load(cast, _closed(cast, t.ENDED, days=112, applicants=26, graded=0))
    whose = {"besides": XIAOMAN, "first": demo_running.COCO}
    demo_running.load(cast, _closed(cast, t.RUNNING, days=24, applicants=12, graded=0, **whose))
    _begin_choosing(cast, _closed(cast, t.PICKING, days=8, applicants=54, graded=LEFT_TO_GRADE))
    open_one = make(cast, t.OPEN, _at_ten(cast.now - timedelta(days=3)))
    _apply(cast, open_one, 16, besides=XIAOMAN)


def make(cast: Cast, words: Words, opens: datetime) -> Trial:
    """Published two days before it opens for seven days."""
    product = db.session.scalars(sa.select(Product).where(Product.slug == words.product)).one()
    version = sa.select(ProductVersion.id).where(
        ProductVersion.product_id == product.id, ProductVersion.label == words.version
    )
    said = TrialWords(
        product_id=product.id,
        version_id=db.session.scalar(version),
        name_zh=words.name.zh,
        name_en=words.name.en,
        brief_zh=words.brief.zh,
        brief_en=words.brief.en,
        label_zh=LABEL_ZH,
        label_en=LABEL_EN,
        seats=words.seats,
        newcomer_percent=25,
        region_most=words.region_most,
        least_points=40,
        needs_purchase=True,
        tier_id=None,
        category_id=None,
        regions=tuple(sorted({"杭州", *cast.cities.values()})) if words.region_most else (),
        accept_hours=48,
        report_days=14,
        extra_days=7,
        opens_at=opens,
        closes_at=opens + timedelta(days=7),
    )
    with clock.travel(opens - timedelta(days=2)):
        trial = making.create_trial(said, by=cast.manager)
        asked = [Pair(*one) for one in words.questions]
        making.write_questions(trial, asked, version=trial.version, by=cast.manager)
        rated = [Pair(*one) for one in words.aspects]
        making.write_aspects(trial, rated, version=trial.version, by=cast.manager)
        making.publish(trial, by=cast.manager)
    return trial


# ------------------------------------------------------------------ inside


def _closed(
    cast: Cast, words: Words, *, days: int, applicants: int, graded: int, besides: str = "", first: str = ""
) -> Trial:
    """Opened so many days ago, closed and graded by two; ``graded`` sheets still wait for the second one."""
    trial = make(cast, words, _at_ten(cast.now - timedelta(days=days)))
    _apply(cast, trial, applicants, besides=besides, first=first)
    with clock.travel(trial.closes_at + timedelta(minutes=1)):
        freezing.freeze(trial.id)
    for grader, left in zip(cast.graders, (0, graded), strict=True):
        _grade(cast, trial, grader, leave=left)
    return trial


def _apply(cast: Cast, trial: Trial, number: int, *, besides: str = "", first: str = "") -> None:
    """So many of whom it is for, a few hours apart; ``first`` before all others."""
    until = min(cast.now, trial.closes_at)
    length = (until - trial.opens_at).total_seconds()
    people = [one for one in cast.members(trial.opens_at) if one.email != besides]
    people.sort(key=lambda one: one.email != first)
    moments = sorted(cast.rng.uniform(1800, length - 600) for _one in people)
    applied = 0
    for one, seconds in zip(people, moments, strict=True):
        with clock.travel(trial.opens_at + timedelta(seconds=seconds)):
            try:
                applying.apply(
                    trial,
                    _answers(cast, one),
                    region=cast.cities.get(one.email or "", "杭州"),
                    kin=cast.rng.random() < 0.04,
                    by=viewer_of(one.id),
                )
            except DomainError:  # not for them: no order, or all applications used
                continue
        applied += 1
        if applied == number:
            return


def _answers(cast: Cast, member: Member) -> dict[str, str]:
    from portal.demo import trials as t  # only the demo reads its words

    if member.email != XIAOMAN and cast.rng.random() < 0.12:
        return {"1": cast.rng.choice(t.CARRIES), "2": cast.rng.choice(t.SAYS_LITTLE)}
    return {"1": cast.rng.choice(t.CARRIES), "2": cast.rng.choice(t.LOOKS_FOR)}


def _grade(cast: Cast, trial: Trial, grader: Viewer, *, leave: int) -> None:
    """Sheet by sheet, as they come; who says little gets little."""
    from portal.demo import trials as t  # only the demo reads its words

    for number in _left(trial, grader, leave):
        sheet = desk(trial, grader.id).sheet
        assert sheet is not None, "one was left"
        points = cast.rng.choice((0, 20) if sheet.answers["2"] in t.SAYS_LITTLE else (60, 80, 80, 100))
        with clock.travel(trial.closes_at + timedelta(hours=2, minutes=2 * number)):
            grading.grade(trial, sheet.id, points, by=grader)


def _left(trial: Trial, grader: Viewer, leave: int) -> Iterator[int]:
    number = 0
    while desk(trial, grader.id).left > leave:
        yield number
        number += 1


def _begin_choosing(cast: Cast, trial: Trial) -> None:
    """Some seats are given by hand, two substitutes stand ready, somebody was nominated; the rest is left to whoever tries the demo."""
    from portal.demo import trials as t  # only the demo reads its words

    best = ranked(trial)
    with clock.travel(trial.closes_at + timedelta(hours=20)):
        for one in best[:9]:
            try_to_pick(cast, trial, one)
        for one in best[9:11]:
            picking.keep_as_substitute(trial, one.id, version=one.version, by=cast.manager)
        below = best[-1]
        picking.nominate(trial, below.id, t.NOMINATED_BECAUSE, version=below.version, by=cast.manager)


def ranked(trial: Trial) -> list[Application]:
    """Those with points enough on whom nothing is decided, the best first."""
    open_ones = sa.select(Application).where(
        Application.trial_id == trial.id,
        Application.decision == Decision.OPEN,
        could_be_chosen(),
        has_enough_points(trial),
    )
    return list(db.session.scalars(open_ones.order_by(Application.score.desc(), Application.id)))


def try_to_pick(cast: Cast, trial: Trial, one: Application) -> None:
    """Unless their region has its seats."""
    try:
        picking.pick(trial, one.id, version=one.version, by=cast.manager)
    except DomainError:
        return


def tell_result(cast: Cast, trial: Trial) -> None:
    """Seats are offered, and everybody else hears of it at the same moment."""
    choosing.publish(trial, by=cast.manager)
    while spreading.tell_some(trial.id, 100):
        pass


def _at_ten(day: datetime) -> datetime:
    """Ten in the morning of that day, shop time."""
    zone = brand.current().time_zone
    return clock.wall_time(clock.in_zone(day, zone).date(), 10 * 60, zone)
