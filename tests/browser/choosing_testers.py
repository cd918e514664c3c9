"""Trials while staff choose, while a draw waits, and with their result told."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.catalog.models import Product
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.stories.models import Story, StoryState
from portal.trials.models import Application, Trial
from portal.trials.services import choosing, drawing, picking, spreading
from tests.browser import people
from tests.factories import trials as make

REGIONS = ("杭州", "成都", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "西安", "上海")
PEOPLE = 30
SEATS = 10
TOO_FEW = 20
SOURCE = {"source_zh": "周四晚上的双色球", "source_en": "The lottery of Thursday night"}
WORDS = "每天坐一小时地铁，包里有电脑和饭盒，想知道肩带会不会勒手。I carry a laptop every day."


def choices_in_all_states(member: Member, product_id: str, owner_id: str) -> dict[str, str]:
    """``picking`` with some decided, ``waiting`` for its value with its list frozen, ``listed`` when the value is published,
    ``drawn``, ``told``, and ``bare`` without points yet."""
    product, by = db.session.get_one(Product, product_id), viewer_of(owner_id)
    made = {name: _trial(product, name, member) for name in ("picking", "waiting", "listed", "drawn", "told")}
    bare = make.trial("frozen", product=product, name_zh="还没评完", name_en="Not graded")
    make.application(bare, graded=False)
    for trial in made.values():
        _decide_some(trial, by)
    for name in ("waiting", "listed", "drawn", "told"):
        known_at = clock.now() + timedelta(days=1) if name == "waiting" else clock.now()
        with clock.travel(known_at - timedelta(days=1)):
            drawing.freeze_list(made[name], **SOURCE, known_at=known_at, by=by)
    for name in ("drawn", "told"):
        drawing.settle(made[name], "03 11 17 22 29 31 + 08", by=by)
    choosing.publish(made["told"], by=by)
    while spreading.tell_some(made["told"].id, PEOPLE):
        pass
    first, second = _undecided(made["picking"])[:2]
    slugs = {f"choice_{name}": trial.slug for name, trial in (made | {"bare": bare}).items()}
    return slugs | {"choice_one": first.id, "choice_two": second.id}


def _trial(product: Product, name: str, member: Member) -> Trial:
    """The member applied long ago as far as their quota is concerned, with too few points."""
    facts = {"product": product, "name_zh": f"试用：{name}", "name_en": f"Trial: {name}"}
    trial = make.trial("frozen", seats=SEATS, region_most=3, **facts)
    make.application(trial, member, score=5, applied_at=clock.now() - timedelta(days=500))
    for number, person in enumerate(_people()):
        make.application(
            trial,
            person,
            region=REGIONS[number % len(REGIONS)],
            newcomer=number % 3 == 0,
            kin=number == 4,
            category=40 + number,
            answers={"1": WORDS, "2": "重量。"},
            graded=number % 7 != 6,
            **({"score": TOO_FEW} if number == 5 else {}),
        )
    return trial


def _people() -> list[Member]:
    """Who tells stories, so that their cards have pictures; nobody whose own trials are shown on other screens."""
    tellers = sa.select(Story.author_id).where(
        Story.state == StoryState.PUBLISHED, Story.as_brand.is_(False), Story.cover.is_not(None)
    )
    others = sa.select(Member).where(
        Member.id.in_(tellers), Member.email.not_in((people.MEMBER, people.NEWCOMER, people.FRESH))
    )
    return list(db.session.scalars(others.order_by(Member.number).limit(PEOPLE)))


def _undecided(trial: Trial) -> list[Application]:
    waiting = sa.select(Application).where(
        Application.trial_id == trial.id,
        Application.decision == "open",
        Application.score >= trial.least_points,
    )
    return list(db.session.scalars(waiting.order_by(Application.score.desc(), Application.id.desc())))


def _decide_some(trial: Trial, by: Viewer) -> None:
    """Six in some way or other, one of them outside the points."""
    for one in _undecided(trial)[2:6]:
        picking.pick(trial, one.id, version=one.version, by=by)
    last, before = _undecided(trial)[-1], _undecided(trial)[-2]
    picking.keep_as_substitute(trial, last.id, version=last.version, by=by, reason="很会写")
    picking.skip(trial, before.id, version=before.version, by=by)
    below = sa.select(Application).where(Application.trial_id == trial.id, Application.score == TOO_FEW)
    one = db.session.scalars(below).one()
    picking.nominate(trial, one.id, "她坐轮椅，我们想听她怎么看肩带。", version=one.version, by=by)
