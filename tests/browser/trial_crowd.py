"""Everybody in the journey of a trial who clicks nothing themselves. Each deed is done for one way to take the journey
(``phone``, ``plain``), which has people, a product and trials of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents
from portal.brand import queries as brand
from portal.brand.services import change_settings
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db, transaction
from portal.deliveries import services as deliveries
from portal.deliveries.models import DeliveryState
from portal.trials.models import Application, Tester, TesterState, Trial
from portal.trials.services import grading, offers
from tests.browser.people import PASSWORD
from tests.factories import accounts, catalog, trials
from tests.factories.deliveries import ADDRESS
from tests.make import Make
from tests.trials.lives import act, by, parcel
from tests.trials.reporting import handed_in

APPLICANTS, TESTED_BEFORE = 431, 40
#: who is in the story and clicks; they tested before
FANS = ("ada", "ben", "cai", "fay", "gus")
#: how many days they are members; whoever came later has fewer points, so these two stand behind the others, in this order
LONG, LATER = 2000, {"fay": 800, "gus": 700}
GRADER = "gro"
#: of the crowd: those whose answers are the best after the fans', and those whose answers say little
BEST, LITTLE = range(5, 11), range(236, APPLICANTS)
CITIES = ("杭州", "上海", "成都", "西安", "广州", "北京", "武汉", "苏州")
DAY = timedelta(days=1)


def address(who: str, way: str) -> str:
    return f"{who}@{way}.example"


def slug_of(way: str) -> str:
    """Of the trial, as it follows from the name that staff give it."""
    return f"two-weeks-with-the-cloud-{way}"


def people(way: str) -> None:
    """Members for years, 40 of whom tested something, a colleague who grades, and a bag in its first version.

    Newcomers' reports are shown at once.
    """
    with transaction():
        change_settings(by=None, newcomer_stories=0)
        product = catalog.product(slug=f"cloud-{way}", name_zh=f"云朵软包 {way}", name_en=f"Cloud {way}")
        catalog.version(product, "1.0")
        accounts.staff("moderator", email=address(GRADER, way), password=PASSWORD, display_name="Gro")
        before = clock.now() - 320 * DAY
        old = trials.trial("chosen", seats=TESTED_BEFORE, opens_at=before, ended_at=before + 40 * DAY)
        for place, member in enumerate(_everybody(way)):
            consents.accept_texts(member.id, brand.legal_versions(), how=consents.SIGN_UP)
            if place < TESTED_BEFORE:
                tested = trials.tester(trials.application(old, member, decision="picked"), state="reported")
                trials.mark(tested, "on_time", at=before + 30 * DAY)


def apply(way: str) -> None:
    """All but the fans, who do it themselves."""
    with transaction():
        trial = _trial(way)
        for place, member in enumerate(_crowd(way), start=len(FANS)):
            trials.application(trial, member, region=CITIES[place % len(CITIES)], answers={"1": f"{place}"})


def grade(way: str) -> None:
    """The colleague and the owner, all answers but those of the fans."""
    trial, owner = _trial(way), _member("owner@portal.example")
    ids = [member.id for member in _crowd(way)]
    theirs = sa.select(Application).where(Application.trial_id == trial.id, Application.member_id.in_(ids))
    written = {one.id: int(one.answers["1"]) for one in db.session.scalars(theirs)}
    for colleague in (viewer_of(_member(address(GRADER, way)).id), viewer_of(owner.id)):
        with transaction():
            for application_id, place in written.items():
                points = 80 if place in BEST else 40 if place in LITTLE else 60
                grading.grade(trial, application_id, points, by=colleague)


def go_on(way: str) -> None:
    """Whoever was asked says yes and where to; whoever was sent it gets it; whoever has it reports."""
    make = Make(current_app)
    for tester in _chosen(way):
        if tester.state is TesterState.OFFERED:
            act(offers.accept, tester, by=by(tester))
            act(deliveries.give_address, parcel(tester), "Somebody", "13900001234", ADDRESS, by=by(tester))
        elif parcel(tester).state is DeliveryState.SHIPPED:
            act(deliveries.confirm_received, parcel(tester), by=by(tester))
        elif parcel(tester).state is DeliveryState.RECEIVED:
            handed_in(make, tester, tested="1.0", suggestions=[])


def open_next(way: str) -> None:
    with transaction():
        product = db.session.scalars(sa.select(Product).where(Product.slug == f"cloud-{way}")).one()
        trials.trial("open", product=product, slug=f"next-{way}")


# ------------------------------------------------------------------ inside


def _everybody(way: str) -> Iterator[Member]:
    """The fans first. All have the same password, hashed once."""
    names = (*FANS, *(f"fan{place}" for place in range(len(FANS), APPLICANTS)))
    now, hashed = clock.now(), None
    for name in names:
        known: dict[str, Any] = {"password_hash": hashed} if hashed else {"password": PASSWORD}
        joined = now - LATER.get(name, LONG) * DAY
        language = "zh_CN" if way == "phone" else "en"
        made = accounts.member(
            email=address(name, way), display_name=name.title(), language=language, joined_at=joined, **known
        )
        hashed = made.password_hash
        yield made


def _trial(way: str) -> Trial:
    return db.session.scalars(sa.select(Trial).where(Trial.slug == slug_of(way))).one()


def _member(email: str) -> Member:
    return db.session.scalars(sa.select(Member).where(Member.email == email)).one()


def _crowd(way: str) -> list[Member]:
    theirs = sa.select(Member).where(Member.email.like(address("fan%", way))).order_by(Member.id)
    return list(db.session.scalars(theirs))


def _chosen(way: str) -> list[Tester]:
    ids = [member.id for member in _crowd(way)]
    theirs = sa.select(Tester).where(Tester.trial_id == _trial(way).id, Tester.member_id.in_(ids))
    under_way = theirs.where(Tester.state.in_((TesterState.OFFERED, TesterState.ACCEPTED)))
    return list(db.session.scalars(under_way.order_by(Tester.id)))


DEEDS: dict[str, Callable[[str], None]] = {
    "people": people,
    "apply": apply,
    "grade": grade,
    "go_on": go_on,
    "open_next": open_next,
}
