"""Whatever happens in whatever order: never more of the brand's words than the budget, none at night, none unwanted; and
nothing that a member must know is lost. Each guard switched off is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from portal.core.mail.asking import Drop
from portal.notifications import rules
from portal.notifications.queries import reach
from portal.notifications.rules import Hours
from portal.notifications.services import letters, touches
from tests.make import Make
from tests.notifications.life import Life

MUCH = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
#: eleven in the morning, and four at night, in Shanghai
MORNING, NIGHT = datetime(2026, 6, 15, 3, tzinfo=UTC), datetime(2026, 6, 14, 20, tzinfo=UTC)


@pytest.fixture
def life(app: Flask, make: Make) -> Iterator[type[Life]]:
    before = app.config["PORTAL"]
    yield type("ThisLife", (Life,), {"app": app, "make": make})
    app.config["PORTAL"] = before


def test_no_order_of_events_breaks_a_promise(life: type[Life]) -> None:
    run_state_machine_as_test(life, settings=MUCH)


# ------------------------------------------------------------------ the switch: the test above would notice


def _speak_too_often(life: Life) -> None:
    life.begin(start=MORNING, budget=1)
    life.brand_speaks(who=0, kind="test.brand_too", hours=30, times=3)
    life.the_worker_looks()


def _speak_at_night(life: Life) -> None:
    life.begin(start=NIGHT, budget=5)
    life.brand_speaks(who=0, kind="test.brand_too", hours=1, times=1)
    life.the_worker_looks()


def _speak_unasked(life: Life) -> None:
    life.begin(start=MORNING, budget=5)
    life.they_choose(who=0, inbox=set(), mailed=set(), agreed=False)
    life.brand_speaks(who=0, kind="test.brand_too", hours=30, times=1)
    life.the_worker_looks()


def _write_without_consent(life: Life) -> None:
    life.begin(start=MORNING, budget=5)
    life.brand_speaks(who=0, kind="test.brand", hours=30, times=1)
    life.the_worker_looks()


def _write_after_they_stopped_it(life: Life) -> None:
    life.begin(start=MORNING, budget=5)
    life.mail_server(up=False)
    life.somebody_acts(who=0, kind="test.mailed")
    life.the_worker_looks()
    life.they_use_the_link(who=0, kind="test.quiet", stop=True)
    life.they_choose(who=0, inbox={"test.mailed"}, mailed=set(), agreed=False)
    life.mail_server(up=True)
    life.time_passes(step=timedelta(minutes=61))


def _keep_what_must_be_known(life: Life) -> None:
    life.begin(start=NIGHT, budget=5)
    life.they_must_know(who=0)
    life.the_worker_looks()


def _no_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (rules.reaching, rules):
        monkeypatch.setattr(place, "room_at", lambda spent, budget, now: now)


def _no_quiet_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hours, "quiet_until", lambda self, moment: None)


def _no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = touches.reach_of
    monkeypatch.setattr(
        touches,
        "reach_of",
        lambda ids, kind: {key: replace(found, hears=True) for key, found in asked(ids, kind).items()},
    )


def _no_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "members_who_gave", lambda what, ids: set(ids))


def _no_last_question(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.core.mail import services
    from portal.notifications.services import choices

    monkeypatch.setattr(services, "asked", lambda letter: None)
    monkeypatch.setattr(choices, "drop_letters", lambda *_what, **_why: 0)


def _no_certainty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters.rules, "may_read_mail", lambda reach, initiative, *, now: Drop("no"))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("happens", "switch_off"),
    [
        (_speak_too_often, _no_budget),
        (_speak_at_night, _no_quiet_hours),
        (_speak_unasked, _no_wishes),
        (_write_without_consent, _no_consent),
        (_write_after_they_stopped_it, _no_last_question),
        (_keep_what_must_be_known, _no_certainty),
    ],
)
def test_without_one_of_the_guards_it_is_found_out(
    life: type[Life],
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Life], None],
    switch_off: Callable[[Any], None],
) -> None:
    guarded = life()
    happens(guarded)
    guarded.teardown()
    switch_off(monkeypatch)
    careless = life()
    with pytest.raises(AssertionError):
        happens(careless)
