"""The front before the application: the same bytes for all visitors while nothing changes, never anything stale or private."""

from __future__ import annotations

import dataclasses
import time
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import Client

from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.db import db, transaction
from portal.stories import front, services, walls
from portal.stories.front import Front
from portal.stories.views import kept_wall


@pytest.fixture
def visit(app, asked):
    """Ask as a browser with these headers and no memory."""
    browser = Client(app, use_cookies=False)

    def ask(path="/stories", **headers):
        db.session.commit()
        names = {"accept_language": "en"} | headers
        response = browser.get(path, headers={name.replace("_", "-"): text for name, text in names.items()})
        db.session.expire_all()
        assert response.status_code == 200
        return response

    return ask


def test_the_application_answers_once(make, visit, asked):
    make.story(body="a story for everybody")
    first, second = visit(), visit()
    assert asked == ["/stories"]
    assert second.data == first.data
    lasting = dict(first.headers)
    lasting.pop("X-Request-ID", None)  # of a slow answer only
    assert dict(second.headers) == lasting
    assert "a story for everybody" in second.text
    assert "Content-Security-Policy" in second.headers


def test_an_answer_for_all_has_no_cookie_and_no_token(make, visit):
    make.story()
    for _time in range(2):
        answer = visit()
        assert "Set-Cookie" not in answer.headers
        assert "csrf" not in answer.text
        assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "deed",
    [
        lambda story, by: services.edit_story(story, by=by, body="changed"),
        lambda story, by: services.set_reaction(story, by=by, on=True),
        lambda story, by: services.add_comment(story, by=by, body="Oh."),
        lambda story, by: services.delete_story(story, by=by),
        lambda story, by: services.hide_story(story.id, "because"),
        lambda story, by: change_settings(by=None, name_en="Another house"),
    ],
    ids=["edit", "like", "comment", "delete", "hide", "brand"],
)
def test_nothing_that_changed_is_shown_as_it_was(make, visit, asked, deed):
    story = make.story()
    visit()
    with transaction():
        deed(story, viewer_of(story.author_id))
    visit()
    assert len(asked) == 2


def test_new_stories_names_themes_and_pins_are_seen_at_once(make, visit, manager):
    author = make.member(display_name="Old name")
    make.story(author=author, tags="#road")
    assert "Old name" in visit().text
    author.display_name, author.version = "New name", author.version + 1
    assert "New name" in visit().text
    make.story(body="the newest one")
    assert "the newest one" in visit().text
    with transaction():
        services.set_theme("road", by=manager, label_zh="路上", label_en="On the road again")
    assert "On the road again" in visit().text
    with transaction():
        services.publish_news(by=manager, body="A prize!", pinned_until=clock.now() + timedelta(days=1))
    assert "A prize!" in visit().text
    older = make.story(body="long ago", published_at=clock.now() - timedelta(days=300))
    for number in range(30):
        make.story(body=f"since then {number}")
    assert "long ago" not in visit().text
    with transaction():
        services.choose_story_of_week(older, by=manager)
    assert "long ago" in visit().text
    with transaction():
        services.take_back_story_of_week(older, by=manager)
    assert "long ago" not in visit().text


def test_each_language_and_theme_has_its_own(make, visit, asked):
    make.story()
    english, dark = visit().text, visit(cookie="theme=dark").text
    chinese = visit(accept_language="zh-CN").text
    by_cookie = visit(accept_language="en", cookie="language=zh_CN").text
    assert 'lang="en"' in english
    assert 'data-theme="dark"' in dark
    assert 'lang="zh-CN"' in chinese
    assert by_cookie == chinese
    number = len(asked)
    visit(), visit(cookie="theme=dark"), visit(accept_language="zh-CN")
    assert len(asked) == number


@pytest.mark.parametrize("path", ["/stories?show=featured", "/stories?after=x", "/stories/find"])
def test_other_pages_pass_through(make, visit, asked, path):
    make.story()
    visit(path), visit(path)
    assert len(asked) == 2


def test_fragments_pass_through(make, visit, asked):
    make.story()
    visit()
    assert "<html" not in visit(hx_request="true").text
    assert "<html" in visit().text
    assert len(asked) == 2


def test_after_some_seconds_the_hour_and_the_day_are_looked_at_again(make, visit, asked, monkeypatch):
    make.story()
    visit()
    later = time.monotonic() + walls.FRESH_SECONDS + 1
    monkeypatch.setattr(walls.time, "monotonic", lambda: later)
    visit()
    assert len(asked) == 2


def test_a_visitor_costs_no_statement_of_the_application(make, visit, queries):
    make.story()
    visit()
    with queries() as log:
        visit()
    assert log == []


def test_an_answers_own_headers_are_not_repeated(app, make, visit, asked, monkeypatch):
    """A slow request is noted under its id: nobody else may carry it."""
    make.story()
    monkeypatch.setattr("portal.core.logging._SLOW_SECONDS", -1.0)
    first, second = visit(), visit()
    assert asked == ["/stories"]
    assert "X-Request-ID" in first.headers
    assert "X-Request-ID" not in second.headers
    assert second.headers.getlist("Content-Length") == [str(len(second.data))]


def test_when_the_front_cannot_look_the_application_answers(make, visit, asked, monkeypatch):
    make.story(body="a story for everybody")
    visit()

    def broken(driver):
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(front, "page_stamp", broken)
    for _time in range(2):
        assert "a story for everybody" in visit().text
    assert len(asked) == 3


@pytest.mark.parametrize(("keeps", "before"), [(True, Front), (False, Flask)])
def test_a_setting_leaves_the_front_out(app, monkeypatch, keeps, before):
    monkeypatch.setattr(app, "wsgi_app", app.wsgi_app)
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PORTAL", dataclasses.replace(app.config["PORTAL"], card_cache=keeps))
    kept_wall.install(app)
    assert isinstance(getattr(app.wsgi_app, "__self__", app.wsgi_app), before)
