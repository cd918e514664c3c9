"""The pages of trials for members: every phase, applying plain and with htmx, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core import clock
from portal.core.db import db
from portal.trials.models import Application, Trial
from tests.make import Make

pytestmark = pytest.mark.one_database

SENT = {"answer_1": "每天背去上班。", "answer_2": "坏的也会说。", "region": "杭州", "kin": "y"}
PHASES = ["coming", "open", "closed", "frozen", "chosen"]


def at(trial: Trial, rest: str = "") -> str:
    return f"/trials/{trial.slug}{rest}"


def test_lists_and_drafts(make: Make, client: Any) -> None:
    for phase in PHASES:
        make.trial(phase, name_en=f"The {phase} one")
    draft = make.trial("draft", name_en="A draft")
    make.trial(cancelled_at=clock.now(), name_en="A cancelled one")
    page = client.get("/trials").text
    assert all(f"The {phase} one" in page for phase in PHASES)
    assert "A draft" not in page and "A cancelled one" not in page
    assert page.index("The open one") < page.index("The coming one") < page.index("The chosen one")
    assert client.get(at(draft)).status_code == 404


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_has_its_page(make: Make, client: Any, as_member: Any, phase: str) -> None:
    trial, applied = make.trial(phase, label_en="Received free for testing, and yours to keep"), make.member()
    make.application(trial, applied)
    for browser in (client, as_member(applied), as_member()):
        answer = browser.get(at(trial))
        assert answer.status_code == 200
        assert "Received free for testing, and yours to keep" in answer.text
        assert ("/apply" in answer.text) is (phase == "open")


def test_who_could_not_take_part_after_all_reads_why(make: Make, as_member: Any) -> None:
    trial, member = make.trial("frozen"), make.member()
    make.application(trial, member, barred="won")
    assert "chosen not long ago" in as_member(member).get(at(trial)).text


def test_applying_and_taking_it_back_plain_and_with_htmx(make: Make, as_member: Any) -> None:
    trial, member = make.trial(), make.member(region="成都")
    me = as_member(member)
    page = me.get(at(trial, "/apply")).text
    assert "What we already know about you" in page
    assert "never from how much you spend: each different product counts once" in page
    assert "How you help others" in page
    assert 'value="成都"' in page
    answer = me.post(at(trial, "/apply"), data=SENT)
    assert answer.status_code == 303
    assert "Your application is here" in me.get(at(trial)).text
    again = me.get(at(trial, "/apply")).text
    assert "每天背去上班。" in again and 'value="杭州"' in again
    assert me.post(at(trial, "/apply"), data=SENT | {"answer_1": "改过的"}, htmx=True).status_code == 204
    [kept] = db.session.query(Application).filter_by(trial_id=trial.id)
    assert (kept.answers["1"], kept.region, kept.kin) == ("改过的", "杭州", True)
    piece = me.post(at(trial, "/withdraw"), htmx=True)
    assert piece.status_code == 200 and 'id="mine"' in piece.text and "<html" not in piece.text
    assert me.post(at(trial, "/withdraw")).status_code == 303
    assert as_member().post(at(trial, "/withdraw")).status_code == 404
    assert "改过的" in me.get(at(trial, "/apply")).text


@pytest.mark.parametrize("htmx", [False, True])
def test_nothing_typed_is_lost(make: Make, as_member: Any, htmx: bool) -> None:
    trial, me = make.trial(), as_member()
    answer = me.post(at(trial, "/apply"), data=SENT | {"answer_2": ""}, htmx=htmx)
    assert answer.status_code == 422
    assert "每天背去上班。" in answer.text and "Please fill this in." in answer.text
    assert ("<html" in answer.text) is not htmx
    too_long = me.post(at(trial, "/apply"), data=SENT | {"answer_2": "🌸" * 601}, htmx=htmx)
    assert too_long.status_code == 422
    closed = make.trial("closed")
    late = me.post(at(closed, "/apply"), data=SENT, htmx=htmx)
    assert late.status_code == 409
    assert "Applications are closed." in late.text
    assert db.session.query(Application).count() == 0


def test_strangers_are_led_to_sign_in_and_others_told_why_not(
    make: Make, client: Any, as_member: Any
) -> None:
    trial = make.trial(needs_purchase=True)
    assert "/sign-in" in client.get(at(trial, "/apply")).headers["Location"]
    me = as_member()
    for path in (at(trial), at(trial, "/apply")):
        assert "bought something of ours" in me.get(path).text
    assert me.post(at(trial, "/apply"), data=SENT).status_code == 403


def test_only_regions_it_reaches(make: Make, as_member: Any) -> None:
    trial, me = make.trial(regions=["杭州", "成都"]), as_member()
    assert me.post(at(trial, "/apply"), data=SENT | {"region": "上海"}).status_code == 422
    assert me.post(at(trial, "/apply"), data=SENT).status_code == 303


def test_unknown_addresses(client: Any, as_member: Any) -> None:
    assert client.get("/trials/nothing").status_code == 404
    for rest in ("/apply", "/withdraw"):
        assert as_member().post(f"/trials/nothing{rest}").status_code == 404
