"""Two questions: for who was asked, changeable while open, read by staff without names and without a filter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.installation import registry
from portal.notifications.jobs import release_due
from portal.notifications.models import Touch
from portal.surveys import queries, services
from portal.surveys.models import Survey, SurveyAnswer, SurveyInvitation
from portal.surveys.personal import PERSONAL
from tests.factories import surveys
from tests.make import Make


def opened(*member_ids: str, days: int = 14) -> Survey:
    with transaction():
        return surveys.survey(*member_ids, days=days)


def say(survey: Survey, member: Any, score: int, words: str = "") -> None:
    with transaction():
        surveys.survey_answer(survey, member.id, score, words)


def test_opened_twice_it_is_one_and_each_is_asked_once(make: Make) -> None:
    one, other = make.member(), make.member()
    survey = opened(one.id)
    with transaction():
        same = services.open_survey(
            "event",
            survey.subject_id,
            name_zh="",
            name_en="x",
            opens_at=survey.opens_at,
            closes_at=survey.closes_at,
        )
        assert same.id == survey.id
        assert services.invite(survey, [one.id, other.id, other.id]) == 1
    assert db.session.query(SurveyInvitation).count() == 2
    assert db.session.query(Touch).filter_by(kind="surveys.invited").count() == 2


def test_asking_keeps_to_the_contact_budget(make: Make) -> None:
    """It is the brand's own word: where the week has no room it waits, and the page is theirs all the same."""
    member = make.member()
    for _number in range(10):
        make.touch(member, state="made", made_at=clock.now(), kind="membership.holiday")
    survey = opened(member.id)
    release_due()
    [touch] = db.session.query(Touch).filter_by(kind="surveys.invited")
    assert touch.state.value == "waiting"
    say(survey, member, 4)
    with clock.travel(survey.closes_at + timedelta(days=1)):
        release_due()
    db.session.refresh(touch)
    assert touch.state.value == "dropped"


def test_nobody_is_asked_once_it_is_closed(make: Make) -> None:
    survey = opened(days=1)
    with clock.travel(survey.closes_at), transaction():
        assert services.invite(survey, [make.member().id]) == 0


def test_an_answer_can_change_until_it_closes(make: Make) -> None:
    member = make.member()
    survey = opened(member.id, days=1)
    say(survey, member, 2, "冷")
    say(survey, member, 5, "后来暖和了")
    say(survey, member, 5, "后来暖和了")
    [answer] = db.session.query(SurveyAnswer)
    assert (answer.score, answer.words) == (5, "后来暖和了")
    with clock.travel(survey.closes_at), pytest.raises(Conflict):
        say(survey, member, 1)
    with pytest.raises(NotFound):
        say(survey, make.member(), 1)
    for score in (0, 6):
        with pytest.raises(Invalid):
            say(survey, member, score)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_the_page(make: Make, as_member: Any, client: Any, htmx: bool) -> None:
    member = make.member()
    survey = opened(member.id)
    path, browser = f"/surveys/{survey.id}", as_member(member)
    assert "How was Fan festival?" in browser.get(path).get_data(as_text=True)
    wrong = browser.post(path, data={"words": "没有选 🧵"}, htmx=htmx)
    assert wrong.status_code == 422
    assert "没有选 🧵" in wrong.get_data(as_text=True)
    assert browser.post(path, data={"score": "9", "words": ""}, htmx=htmx).status_code == 422
    assert browser.post(path, data={"score": "5", "words": "x" * 1001}, htmx=htmx).status_code == 422
    sent = browser.post(path, data={"score": "5", "words": "再来"}, htmx=htmx)
    assert sent.status_code == (200 if htmx else 303)
    thanks = browser.get(path).get_data(as_text=True)
    assert "Thank you" in thanks
    assert "/stories/new" in thanks
    assert 'name="score"' not in thanks
    assert 'name="score"' in browser.get(f"{path}?change=1").get_data(as_text=True)
    stranger = as_member()
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data={"score": "5"}, htmx=htmx).status_code == 404
    assert client.get(path).status_code in (302, 303)
    with clock.travel(survey.closes_at):
        late = browser.post(path, data={"score": "1", "words": ""}, htmx=htmx)
        assert late.status_code == 409
        assert "closed" in late.get_data(as_text=True)


def test_who_was_late_reads_that_it_is_closed(make: Make, as_member: Any) -> None:
    member = make.member()
    survey = opened(member.id, days=1)
    browser = as_member(member)
    with clock.travel(survey.closes_at):
        text = browser.get(f"/surveys/{survey.id}").get_data(as_text=True)
    assert "This survey is closed" in text
    assert 'name="score"' not in text


@pytest.mark.parametrize("role", ["analyst", "manager", "owner"])
def test_staff_read_all_of_it_without_names(make: Make, as_staff: Any, role: str) -> None:
    people = [make.member(display_name=f"Named {number}") for number in range(5)]
    survey = opened(*(one.id for one in people))
    for member, score in zip(people[:4], (1, 5, 5, 4), strict=True):
        say(survey, member, score, f"words <{score}>")
    browser = as_staff(role)
    assert "4 of 5 answered" in browser.get("/console/surveys").get_data(as_text=True)
    path = f"/console/surveys/{survey.id}"
    few = browser.get(path).get_data(as_text=True)
    assert "on average" not in few
    assert "words &lt;1&gt;" in few
    say(survey, people[4], 3)
    many = browser.get(path).get_data(as_text=True)
    assert "3.6" in many
    assert "Named" not in many
    assert browser.get("/console/surveys/nothing").status_code == 404
    assert 'href="/console/surveys"' in browser.get("/console").get_data(as_text=True)


def test_others_do_not_read_it(make: Make, as_staff: Any, as_member: Any) -> None:
    survey = opened()
    for role in ("host", "moderator"):
        assert as_staff(role).get(f"/console/surveys/{survey.id}").status_code == 403
    assert as_member().get("/console/surveys").status_code == 404


def test_words_go_on_page_by_page(make: Make, as_staff: Any) -> None:
    people = [make.member() for _number in range(30)]
    survey = opened(*(one.id for one in people))
    for number, member in enumerate(people):
        say(survey, member, 4, f"word {number}.")
    browser, path = as_staff("analyst"), f"/console/surveys/{survey.id}"
    first = browser.get(path).get_data(as_text=True)
    cursor = first.split(f"{survey.id}?after=")[1].split('"')[0]
    rest = browser.get(f"{path}?after={cursor}", htmx=True).get_data(as_text=True)
    found = [number for number in range(30) if f"word {number}." in first + rest]
    assert found == list(range(30))
    assert "word 0." in rest
    assert "word 29." in first


def test_it_belongs_to_who_said_it(app: Flask, make: Make) -> None:
    member = make.member()
    survey = opened(member.id)
    say(survey, member, 2, "有点吵")
    [part] = PERSONAL.export(member.id)
    [row] = list(part.rows or ())
    assert (row["about"], row["score"], row["words"]) == ("Fan festival", 2, "有点吵")
    with transaction():
        PERSONAL.erase(member.id)
    assert queries.results(survey.id).answered == 1
    assert db.session.scalar(sa.select(SurveyAnswer.words)) == ""
    tellers = [
        teller for feature in registry().features if feature.name == "surveys" for teller in feature.timeline
    ]
    assert len(tellers) == 1
