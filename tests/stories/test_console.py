"""The studio's pages of the wall: answers, themes, prompts, picks and news; plain and with htmx."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from portal.brand.queries import shop_day
from portal.core import clock
from portal.core.db import db
from portal.core.media.queries import photos_of
from portal.stories import queries
from portal.stories.models import Story, StoryState
from tests.answers import BOTH, stored, text_of
from tests.stories.conftest import jpeg

pytestmark = pytest.mark.one_database

ADDRESSES = [
    ("/console/replies/{story}", {"body": "hello"}),
    ("/console/stories/{story}/feature", {"on": "1"}),
    ("/console/stories/{story}/pin", {"days": "3"}),
    ("/stories/news/new", {"body": "news", "language": "en"}),
    ("/console/themes", {"name": "x", "label_zh": "x", "label_en": "x"}),
    ("/console/themes/x/drop", {}),
    ("/console/prompts", {}),
    ("/console/prompts/01x/cancel", {}),
]


@pytest.mark.parametrize(("address", "data"), ADDRESSES)
@BOTH
def test_to_members_the_studio_does_not_exist(make, as_member, client, htmx, address, data):
    story = make.story()
    for browser in (as_member(), client):
        assert browser.post(address.format(story=story.id), data=data, htmx=htmx).status_code == 404
    assert stored(story).answered_at is None
    assert stored(story).featured_at is None


def test_a_role_reaches_only_its_own_pages(as_staff):
    analyst, host = as_staff("analyst"), as_staff("host")
    assert analyst.get("/console/replies").status_code == 403
    assert host.get("/console/replies").status_code == 200
    assert host.get("/console/themes").status_code == 403
    assert host.get("/stories/news/new").status_code == 403


# ------------------------------------------------------------------ replies


def test_what_waits_oldest_first(make, as_staff):
    young = make.story(body="the young one", published_at=clock.now() - timedelta(minutes=2))
    old = make.story(body="the old one", published_at=clock.now() - timedelta(days=2))
    make.comment(story=make.story(body="has its answer"), as_brand=True, author=make.staff("host"))
    page = text_of(as_staff("host").get("/console/replies"))
    assert page.index(old.body) < page.index(young.body)
    assert "has its answer" not in page
    assert "2 stories wait" in page


def test_everybody_has_an_answer(as_staff):
    assert "Everybody has an answer" in text_of(as_staff("host").get("/console/replies"))


@BOTH
def test_a_story_is_answered_from_the_list(make, as_staff, htmx):
    story = make.story(body="the waiting words")
    answer = as_staff("host").post(
        f"/console/replies/{story.id}", data={"body": "From the bench."}, htmx=htmx
    )
    if htmx:
        assert "the waiting words" not in text_of(answer)
        assert "Answered." in answer.get_data(as_text=True)
    else:
        assert answer.location == "/console/replies"
    assert stored(story).answered_at is not None


def test_a_story_is_answered_from_its_page(make, as_staff):
    story = make.story()
    data = {"body": "From the bench.", "from": "story"}
    answer = as_staff("host").post(f"/console/replies/{story.id}", data=data)
    assert answer.location == f"/stories/{story.id}#comments"


@BOTH
def test_an_empty_answer_comes_back(make, as_staff, htmx):
    story = make.story()
    host = as_staff("host")
    page = text_of(host.post(f"/console/replies/{story.id}", data={"body": " "}, htmx=htmx), 422)
    assert f'id="answer-{story.id}-error"' in page
    data = {"body": "", "from": "story"}
    assert 'aria-invalid="true"' in text_of(host.post(f"/console/replies/{story.id}", data=data), 422)
    assert stored(story).answered_at is None


def test_the_list_costs_the_same_for_one_and_for_thirty(make, as_staff, queries):
    host, costs = as_staff("host"), []
    for number in (1, 29):
        for _place in range(number):
            make.story()
        host.get("/console/replies")
        with queries() as log:
            host.get("/console/replies")
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10


def test_a_long_list_comes_in_pages(make, as_staff):
    for place in range(26):
        make.story(body=f"waits {place:02}.", published_at=clock.now() - timedelta(minutes=60 - place))
    host = as_staff("host")
    page = text_of(host.get("/console/replies"))
    more = page.split('class="more" href="')[1].split('"')[0]
    assert "waits 25." not in page
    assert "waits 25." in text_of(host.get(more, htmx=True))


# ------------------------------------------------------------------ picks and news


@BOTH
def test_a_staff_pick_and_back(make, as_staff, client, htmx):
    story, moderator = make.story(), as_staff("moderator")
    for value in ("1", "0"):
        moderator.post(f"/console/stories/{story.id}/feature", data={"on": value}, htmx=htmx)
        assert bool(stored(story).featured_at) is (value == "1")
        assert ("Staff pick</span>" in text_of(client.get("/stories"))) is (value == "1")


@BOTH
def test_news_goes_out_and_is_pinned(as_staff, client, htmx):
    data = {"body": "A new workshop in Hangzhou.", "language": "en", "pinned_days": "5"}
    answer = as_staff("manager").post("/stories/news/new", data=data, htmx=htmx)
    story = db.session.query(Story).filter_by(as_brand=True).one()
    assert (answer.headers.get("HX-Redirect") or answer.location) == f"/stories/{story.id}"
    assert story.pinned_until > clock.now() + timedelta(days=4)
    assert "A new workshop in Hangzhou." in text_of(client.get("/stories"))


def test_news_with_a_photo_waits_for_it(as_staff, run_jobs):
    stream = BytesIO()
    Image.new("RGB", (100, 80), "#334455").save(stream, "JPEG")
    data = {"body": "Look.", "language": "en", "photos": (BytesIO(stream.getvalue()), "news.jpg")}
    assert as_staff("manager").post("/stories/news/new", data=data).status_code == 303
    story = db.session.query(Story).filter_by(as_brand=True).one()
    assert story.state is StoryState.PREPARING
    run_jobs()
    assert stored(story).state is StoryState.PUBLISHED


def test_photos_of_news_are_described_line_by_line(as_staff):
    manager = as_staff("manager")
    data = {"body": "Look.", "language": "en", "alts": "The workshop\r\n\r\nA needle"}
    photos = {"photos": [jpeg() for _number in range(3)]}
    assert manager.post("/stories/news/new", data=data | photos).status_code == 303
    story = db.session.query(Story).filter_by(as_brand=True).one()
    assert [photo.alt for photo in photos_of("story", story.id)] == ["The workshop", "", "A needle"]


@BOTH
@pytest.mark.parametrize("alts", ["one\ntwo", "x" * 501])
def test_descriptions_that_do_not_fit_come_back(as_staff, htmx, alts):
    data = {"body": "Look here.", "language": "en", "alts": alts, "photos": [jpeg()]}
    page = text_of(as_staff("manager").post("/stories/news/new", data=data, htmx=htmx), 422)
    assert 'id="alts-error"' in page
    assert "Look here." in page
    assert db.session.query(Story).count() == 0


@BOTH
@pytest.mark.parametrize(
    "data", [{"body": "", "language": "en"}, {"body": "x", "language": "en", "pinned_days": "900"}]
)
def test_news_that_cannot_go_out_comes_back(as_staff, htmx, data):
    page = text_of(as_staff("manager").post("/stories/news/new", data=data, htmx=htmx), 422)
    assert 'class="summary"' in page
    assert db.session.query(Story).count() == 0


def test_news_with_too_many_photos_comes_back_with_its_words(as_staff):
    data = {"body": "An hour of words.", "language": "en", "photos": [jpeg() for _number in range(10)]}
    page = text_of(as_staff("manager").post("/stories/news/new", data=data), 409)
    assert "room for 9 photos" in page
    assert "An hour of words." in page


def test_the_news_page(as_staff):
    assert "in the name of" in text_of(as_staff("manager").get("/stories/news/new"))


@BOTH
def test_news_is_unpinned(make, as_staff, htmx):
    manager = as_staff("manager")
    manager.post("/stories/news/new", data={"body": "News.", "language": "en", "pinned_days": "5"})
    story = db.session.query(Story).filter_by(as_brand=True).one()
    manager.post(f"/console/stories/{story.id}/pin", data={"days": "0"}, htmx=htmx)
    assert stored(story).pinned_until is None
    manager.post(f"/console/stories/{story.id}/pin", data={"days": "2"}, htmx=htmx)
    assert stored(story).pinned_until is not None


# ------------------------------------------------------------------ themes and prompts


@BOTH
def test_a_theme_goes_up_moves_and_comes_down(as_staff, client, htmx):
    manager = as_staff("manager")
    for name in ("commute", "rain"):
        data = {"name": f"#{name}", "label_zh": "上班路", "label_en": name.title()}
        assert manager.post("/console/themes", data=data, htmx=htmx).status_code == (200 if htmx else 303)
    assert [theme.name for theme in queries.themes()] == ["commute", "rain"]
    manager.post("/console/themes/rain/up", htmx=htmx)
    assert [theme.name for theme in queries.themes()] == ["rain", "commute"]
    assert "Commute" in text_of(client.get("/stories"))
    manager.post("/console/themes/commute/drop", htmx=htmx)
    assert [theme.name for theme in queries.themes()] == ["rain"]
    assert manager.post("/console/themes/unknown/up", htmx=htmx).status_code == 404


@BOTH
@pytest.mark.parametrize("name", ["", "two words and more!!", "12345"])
def test_a_theme_needs_a_hashtag(as_staff, htmx, name):
    data = {"name": name, "label_zh": "上班路", "label_en": "Commute"}
    answer = as_staff("manager").post("/console/themes", data=data, htmx=htmx)
    if answer.status_code == 422:
        assert 'class="summary"' in text_of(answer, 422)
    else:
        assert name.startswith("two")


@BOTH
def test_a_prompt_is_planned_and_cancelled(as_staff, client, htmx):
    today = shop_day(clock.now())
    data = {
        "prompt-name": "inside",
        "prompt-text_zh": "今天，你的包里装了什么？",
        "prompt-text_en": "What is in your bag today?",
        "prompt-starts_on": today.isoformat(),
        "prompt-ends_on": (today + timedelta(days=6)).isoformat(),
    }
    manager = as_staff("manager")
    assert manager.post("/console/prompts", data=data, htmx=htmx).status_code == (200 if htmx else 303)
    assert "What is in your bag today?" in text_of(client.get("/tags/inside"))
    again = manager.post("/console/prompts", data=data, htmx=htmx)
    assert "already runs" in text_of(again, 409)
    (prompt,) = queries.prompts()
    page = text_of(manager.get("/console/themes"))
    assert "Runs now" in page
    manager.post(f"/console/prompts/{prompt.id}/cancel", htmx=htmx)
    assert queries.prompts() == []


@BOTH
def test_a_prompt_needs_its_days(as_staff, htmx):
    today = shop_day(clock.now())
    data = {
        "prompt-name": "inside",
        "prompt-text_zh": "问",
        "prompt-text_en": "Q",
        "prompt-starts_on": "soon",
    }
    manager = as_staff("manager")
    assert "summary" in text_of(manager.post("/console/prompts", data=data, htmx=htmx), 422)
    end = {"prompt-starts_on": "9999-12-31", "prompt-ends_on": "9999-12-31"}
    assert "The last day comes after" in text_of(
        manager.post("/console/prompts", data=data | end, htmx=htmx), 422
    )
    data |= {"prompt-starts_on": today.isoformat(), "prompt-ends_on": (today - timedelta(days=1)).isoformat()}
    assert "The last day comes after" in text_of(manager.post("/console/prompts", data=data, htmx=htmx), 422)


def test_the_page_of_themes_lists_the_latest_picks(make, as_staff):
    story = make.story(body="chosen words", featured_at=clock.now())
    page = text_of(as_staff("manager").get("/console/themes"))
    assert "chosen words" in page
    data = {"on": "0", "from": "themes"}
    answer = as_staff("manager").post(f"/console/stories/{story.id}/feature", data=data)
    assert answer.location == "/console/themes"
