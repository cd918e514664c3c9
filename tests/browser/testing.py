"""Testers in every state, all of one member, and a trial with some of each for staff."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import Member
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db
from portal.trials.models import Tester, Trial
from portal.trials.rules.kinds import TESTER
from tests.factories import accounts, deliveries
from tests.factories import trials as make

DAY = timedelta(days=1)
#: state, parcel, days until the report is due
STATES: dict[str, tuple[str, str | None, float | None]] = {
    "offered": ("offered", None, None),
    "asked": ("accepted", "asked", None),
    "packed": ("accepted", "ready", None),
    "sent": ("accepted", "shipped", None),
    "trying": ("accepted", "received", 9),
    "late": ("accepted", "received", -1),
    "reported": ("reported", "received", 3),
    "missing": ("missing", "received", -5),
    "declined": ("declined", None, None),
    "lapsed": ("lapsed", None, None),
    "excused": ("excused", "stopped", None),
}


def testers_in_all_states(member: Member, product_id: str) -> dict[str, str]:
    """Of ``member``, each in a trial of its own, and of others together in ``trial_followed``, where a place is free."""
    product, found = db.session.get_one(Product, product_id), {}
    followed = make.trial("chosen", product=product, seats=12, name_zh="试用进行中", name_en="Followed")
    for name in STATES:
        trial = make.trial("chosen", product=product, name_zh=f"试用：{name}", name_en=f"Trial: {name}")
        found[f"tester_{name}"] = _tester(trial, member, name).id
        _tester(followed, accounts.member(display_name=f"Somebody {name}"), name)
    make.application(followed, decision="substitute")
    make.application(make.trial("frozen", product=product), member)
    make.standing(member, paused_until=clock.now() + 100 * DAY)
    return found | {"trial_followed": followed.slug}


def _tester(trial: Trial, member: Member, name: str) -> Tester:
    state, parcel, days = STATES[name]
    application = make.application(
        trial, member, decision="picked", applied_at=clock.now() - 500 * DAY, kin=name == "asked"
    )
    due = None if days is None else clock.now() + days * DAY
    excuse = "家里老人住院，两个月都在医院。" if name == "excused" else ""
    tester = make.tester(application, state=state, due_at=due, excuse=excuse)
    if parcel is not None:
        deliveries.delivery(member, parcel, owner_kind=TESTER, owner_id=tester.id)
    if name in ("reported", "missing"):
        make.mark(tester, "on_time" if name == "reported" else "missing")
    if name == "reported":
        make.trial_report(tester)
    return tester
