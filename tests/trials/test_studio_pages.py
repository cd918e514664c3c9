"""The pages of trials for staff: making one, its road, and grading, plain and with htmx."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.core.db import db
from portal.trials.models import Grade, Trial
from portal.trials.queries.studio import results_to_tell
from portal.trials.queries.trials import questions_of
from tests.make import Make
from tests.trials.lives import fresh

pytestmark = pytest.mark.one_database


def typed(make: Make, **facts: Any) -> dict[str, Any]:
    now = clock.now()
    usual = {
        "product": make.product().id,
        "name_zh": "背一个月",
        "name_en": "Carry it for a month",
        "brief_zh": "每天背。",
        "seats": "12",
        "newcomer_percent": "20",
        "least_points": "40",
        "accept_hours": "48",
        "report_days": "14",
        "extra_days": "7",
        "label_zh": "本产品由品牌免费提供",
        "label_en": "Received free for testing",
        "regions": "杭州\n\n 成都 \n杭州",
        "opens_at": (now + timedelta(days=2)).strftime("%Y-%m-%dT10:00"),
        "closes_at": (now + timedelta(days=9)).strftime("%Y-%m-%dT10:00"),
    }
    return usual | facts


def console(trial: Trial, rest: str = "") -> str:
    return f"/console/trials/{trial.slug}{rest}"


@pytest.mark.parametrize("htmx", [False, True])
def test_the_road_to_publication(make: Make, as_staff: Any, client: Any, htmx: bool) -> None:
    staff, ok = as_staff("manager"), (204 if htmx else 303)
    wrong = staff.post("/console/trials/new", data=typed(make, closes_at="2020-01-01T10:00"), htmx=htmx)
    assert wrong.status_code == 422 and "Carry it for a month" in wrong.text
    assert staff.post("/console/trials/new", data=typed(make), htmx=htmx).status_code == ok
    trial = db.session.query(Trial).one()
    assert (trial.slug, trial.regions) == ("carry-it-for-a-month", ["杭州", "成都"])
    assert client.get(f"/trials/{trial.slug}").status_code == 404
    desk = staff.get(console(trial)).text
    assert "Ask at least one thing" in desk and "/publish" not in desk
    asked = {"version": trial.version, "zh_1": "装什么？", "en_1": "What do you carry?"}
    assert staff.post(console(trial, "/questions"), data=asked, htmx=htmx).status_code == ok
    old = staff.post(console(trial, "/aspects"), data={"version": "1", "zh_1": "做工"}, htmx=htmx)
    assert old.status_code == 409 and "做工" in old.text
    rated = {"version": fresh(trial).version, "zh_1": "做工", "zh_2": "肩带"}
    assert staff.post(console(trial, "/aspects"), data=rated, htmx=htmx).status_code == ok
    edited = typed(make, seats="5", version=fresh(trial).version)
    assert staff.post(console(trial, "/edit"), data=edited, htmx=htmx).status_code == ok
    assert (fresh(trial).seats, len(questions_of(trial.id))) == (5, 1)
    done = staff.post(console(trial, "/publish"), htmx=htmx)
    assert done.status_code == (200 if htmx else 303)
    assert client.get(f"/trials/{trial.slug}").status_code == 200
    assert staff.post(console(trial, "/edit"), data=edited, htmx=htmx).status_code == 409
    later = {"closes_at": (clock.now() + timedelta(days=12)).strftime("%Y-%m-%dT10:00")}
    assert staff.post(console(trial, "/later"), data=later, htmx=htmx).status_code == done.status_code
    sooner = {"closes_at": (clock.now() + timedelta(days=8)).strftime("%Y-%m-%dT10:00")}
    for rubbish in (sooner, {"closes_at": "soon"}, {}):
        assert staff.post(console(trial, "/later"), data=rubbish, htmx=htmx).status_code == 422
    assert staff.post(console(trial, "/delete"), htmx=htmx).status_code == 409
    assert staff.post(console(trial, "/cancel"), htmx=htmx).status_code == done.status_code
    assert fresh(trial).cancelled_at is not None


def test_a_result_that_is_overdue_is_marked_where_staff_look(make: Make, as_staff: Any) -> None:
    trial, staff = make.trial("frozen"), as_staff("manager")
    with clock.travel(trial.closes_at + timedelta(days=1)):
        pages = [staff.get(url).text for url in ("/console/trials", console(trial))]
        assert "Result overdue" not in pages[0] and "was to be told by" not in pages[1]
    with clock.travel(trial.closes_at + timedelta(days=6)):
        pages = [staff.get(url).text for url in ("/console/trials", console(trial))]
        assert "Result overdue" in pages[0] and "was to be told by" in pages[1]
        assert db.session.scalar(results_to_tell()) == 1
        make.trial("chosen")
        assert db.session.scalar(results_to_tell()) == 1


def test_a_suggestion_without_an_answer_for_ten_days_says_so(make: Make, as_staff: Any) -> None:
    report, staff = make.trial_report(), as_staff("manager")
    for position in (1, 2):
        make.suggestion(report, position)
    assert "Answer overdue" not in staff.get("/console/trials/suggestions").text
    with clock.travel(clock.now() + timedelta(days=11)):
        assert "Answer overdue" in staff.get("/console/trials/suggestions").text


def test_a_draft_is_deleted(make: Make, as_staff: Any) -> None:
    trial = make.trial("draft")
    assert as_staff("manager").post(console(trial, "/delete")).status_code == 303
    assert db.session.query(Trial).count() == 0


def test_grading_shows_answers_and_nobody(make: Make, as_staff: Any) -> None:
    trial = make.trial("frozen")
    member = make.member(display_name="Quendolin", region="Kleinkummerfeld")
    application = make.application(trial, member, graded=False, region="Kleinkummerfeld", kin=True)
    staff = as_staff("moderator")
    page = staff.get(console(trial, "/grade")).text
    assert "会写真话。" in page
    for secret in ("Quendolin", "Kleinkummerfeld", member.id, str(member.number).zfill(4)):
        assert secret not in page
    assert staff.get(console(trial)).status_code == 403
    assert staff.get("/console/trials").status_code == 200
    assert as_staff("host").get(console(trial, "/grade")).status_code == 403
    assert application.grade is None


@pytest.mark.parametrize("htmx", [False, True])
def test_a_grade_and_its_undo(make: Make, as_staff: Any, htmx: bool) -> None:
    trial = make.trial("frozen")
    one = make.application(trial, graded=False)
    staff, colleague = as_staff("moderator"), as_staff("manager")
    url, done = console(trial, f"/grade/{one.id}"), (200 if htmx else 303)
    assert staff.post(url, data={"points": "61"}, htmx=htmx).status_code == 422
    given = staff.post(url, data={"points": "60"}, htmx=htmx)
    assert given.status_code == done
    undo = staff.post(f"{url}/undo", htmx=htmx)
    assert undo.status_code == done
    if htmx:
        assert f"{url}/undo" in given.text and "Nothing waits for you" in given.text
        assert undo.headers["HX-Retarget"] == "#sheet" and "会写真话。" in undo.text
    assert db.session.query(Grade).count() == 0
    assert staff.post(url, data={"points": "60"}, htmx=htmx).status_code == done
    second = colleague.post(url, data={"points": "60"}, htmx=htmx)
    assert second.status_code == done and "/undo" not in second.text  # both stand now
    assert fresh(one).grade == 60
    assert as_staff("owner").post(url, data={"points": "0"}, htmx=htmx).status_code == 409
    assert staff.post(console(trial, "/grade/nothing"), data={"points": "0"}, htmx=htmx).status_code == 404
