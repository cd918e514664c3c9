"""The story of the week on pages: the wall, the front page, marks, the staff's tool and page; plain and with htmx."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.stories import queries
from portal.stories.models import Story
from portal.stories.queries.weeks import WEEK, this_week
from portal.stories.rules import week_number

pytestmark = pytest.mark.one_database

BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


def soup(answer, status=200):
    assert answer.status_code == status, answer.status
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def stored(story):
    db.session.expire_all()
    return db.session.get(Story, story.id)


def post(browser, story, htmx=False, **data):
    return browser.post(f"/console/stories/{story.id}/week", data=data, htmx=htmx)


@pytest.fixture
def chosen(make):
    """This week's story, among others."""
    story = make.story(
        body="the chosen words", author=make.member(display_name="Nan <Zhi>"), region="Hangzhou"
    )
    for number in range(3):
        make.story(body=f"story {number}")
    story.chosen_week = this_week()
    db.session.commit()
    return story


# ------------------------------------------------------------------ what readers see


def test_it_stands_once_at_the_top_of_the_first_page(chosen, client, as_member):
    for browser in (client, as_member()):
        page = soup(browser.get("/stories"))
        (patch,) = page.select(".weekly")
        assert patch.select_one("h3").text.strip() == "Story of the week"
        assert patch.select_one(".say a")["href"] == f"/stories/{chosen.id}"
        assert patch.select_one(".author")["href"] == f"/members/{chosen.author_id}"
        assert patch.select_one(".hangtag").text == f"Week {week_number(this_week())}"
        assert patch.find_next("article", class_="story") is not None
        assert page.text.count("the chosen words") == 1, "not a second time among the cards"
        assert len(page.select("article.story:not(.patch)")) == 3


def test_only_there(chosen, client):
    for path in ("/stories?show=featured", "/stories?region=Hangzhou", f"/stories/by/{chosen.author_id}"):
        assert not soup(client.get(path)).select(".weekly"), path
    filtered = soup(client.get("/stories?region=Hangzhou", htmx=True))
    assert not filtered.select(".weekly")
    assert len(soup(client.get("/stories", htmx=True)).select(".weekly")) == 1


def test_nothing_is_shown_when_nobody_was_chosen(make, client):
    make.story(chosen_week=this_week() - WEEK * 2)
    for path in ("/stories", "/"):
        page = soup(client.get(path))
        assert not page.select(".weekly")
        assert "the week" not in page.text.lower()


def test_last_weeks_says_so(make, client):
    make.story(chosen_week=this_week() - WEEK)
    patch = soup(client.get("/stories")).select_one(".weekly")
    assert patch.select_one("h3").text.strip() == "Last week’s story"
    assert "上周故事" in client.get("/stories", lang="zh").text


def test_alone_on_the_wall_it_is_no_empty_wall(make, client):
    make.story(body="the only words", chosen_week=this_week())
    for path in ("/stories", "/"):
        page = soup(client.get(path))
        assert page.text.count("the only words") == 1
        assert not page.select(".empty")


def test_words_of_members_stay_words(make, client):
    author = make.member(display_name="<i>Ann</i>")
    make.story(body="<script>alert(1)</script>", author=author, chosen_week=this_week())
    patch = soup(client.get("/stories")).select_one(".weekly")
    assert not patch.select("script, .author i")
    assert "<i>Ann</i>" in patch.text


def test_the_front_page_shows_it_once(chosen, client):
    page = soup(client.get("/"))
    assert page.select_one(".weekly h2").text.strip() == "Story of the week"
    assert page.text.count("the chosen words") == 1
    assert len(page.select(".front-stories article.story")) == 3
    assert "本周故事" in client.get("/", lang="zh").text


def test_card_and_story_carry_the_mark(chosen, client):
    said = f"Story of week {week_number(this_week())}"
    for path in (f"/stories/{chosen.id}", "/stories?region=Hangzhou", f"/stories/by/{chosen.author_id}"):
        assert said in soup(client.get(path)).select_one(".flag").text, path
    assert f"第 {week_number(this_week())} 周之选" in client.get(f"/stories/{chosen.id}", lang="zh").text


def test_the_mark_stands_for_the_staff_pick_too(make, client):
    story = make.story(chosen_week=this_week() - WEEK * 9, featured_at=clock.now())
    for path in (f"/stories/{story.id}", "/stories?show=featured"):
        (flag,) = soup(client.get(path)).select(".flag")
        assert "Story of week" in flag.text


def test_nothing_chosen_or_replaced_is_shown_as_it_was(make, as_staff, as_member, client):
    """Kept pages and cards, of visitors and of members, know it at once."""
    first, second = make.story(body="the first"), make.story(body="the second")
    moderator, member = as_staff("moderator"), as_member()

    def patches():
        return [
            [patch.select_one(".say").text for patch in soup(browser.get("/stories")).select(".weekly")]
            for browser in (client, member, client, member)
        ]

    assert patches() == [[]] * 4
    post(moderator, first, on="1")
    assert patches() == [["the first"]] * 4
    post(moderator, second, on="1", instead_of=first.id)
    assert patches() == [["the second"]] * 4
    post(moderator, second, on="0")
    assert patches() == [[]] * 4


# ------------------------------------------------------------------ staff


@BOTH
@pytest.mark.parametrize("origin", ["story", ""])
def test_chosen_and_taken_back(make, as_staff, htmx, origin):
    story, moderator = make.story(), as_staff("moderator")
    place = f"/stories/{story.id}" if origin else "/console/weeks"
    for on in ("1", "0"):
        answer = post(moderator, story, htmx, on=on, **{"from": origin})
        assert (stored(story).chosen_week == this_week()) is (on == "1")
        if htmx and not origin:
            page = soup(answer)
            assert page.select_one("#weeks")
            assert page.select_one("[data-toast]")
            assert len(page.select("ol.rows li")) == int(on)
        elif htmx:
            assert answer.headers["HX-Redirect"] == place
        else:
            assert (answer.status_code, answer.location) == (303, place)


@BOTH
def test_a_colleague_was_faster(make, as_staff, htmx):
    first, second = make.story(chosen_week=this_week()), make.story()
    answer = post(as_staff("moderator"), second, htmx, on="1")
    assert answer.status_code == 409
    assert "A colleague was faster" in answer.text
    assert (stored(first).chosen_week, stored(second).chosen_week) == (this_week(), None)


@BOTH
def test_to_members_and_strangers_it_does_not_exist(make, as_member, client, htmx):
    story = make.story()
    for browser in (as_member(db.session.get(Member, story.author_id)), as_member(), client):
        assert post(browser, story, htmx, on="1").status_code == 404
    assert as_member().get("/console/weeks").status_code == 404
    assert stored(story).chosen_week is None


@pytest.mark.parametrize(
    ("role", "may"),
    [("owner", True), ("manager", True), ("moderator", True), ("host", False), ("analyst", False)],
)
def test_roles(make, as_staff, role, may):
    story, browser = make.story(), as_staff(role)
    assert browser.get("/console/weeks").status_code == (200 if may else 403)
    assert ("Make it the story of the week" in browser.get(f"/stories/{story.id}").text) is may
    assert post(browser, story, on="1").status_code == (303 if may else 403)
    assert bool(stored(story).chosen_week) is may


def test_unknown_and_deleted_stories(make, as_staff):
    moderator = as_staff("moderator")
    assert moderator.post("/console/stories/01x/week", data={"on": "1"}).status_code == 404
    assert post(moderator, make.story(state="deleted"), on="1").status_code == 404
    assert post(moderator, make.story(state="held"), on="1").status_code == 403
    assert post(moderator, make.story(as_brand=True), on="1").status_code == 403


def test_the_tool_on_the_storys_page(make, as_staff, chosen):
    other, moderator = make.story(body="another one"), as_staff("moderator")
    tools = soup(moderator.get(f"/stories/{other.id}")).select_one("#staff-tools")
    assert "Nan <Zhi>" in tools.text
    assert tools.select_one("input[name=instead_of]")["value"] == chosen.id
    tools = soup(moderator.get(f"/stories/{chosen.id}")).select_one("#staff-tools")
    assert f"No longer story of week {week_number(this_week())}" in tools.text
    news = make.story(as_brand=True)
    assert "the week" not in soup(moderator.get(f"/stories/{news.id}")).select_one("#staff-tools").text


def test_the_page_of_the_weeks(make, as_staff):
    moderator = as_staff("moderator")
    page = soup(moderator.get("/console/weeks"))
    assert "has no story yet" in page.text
    last = make.story(body="last week", chosen_week=this_week() - WEEK)
    hidden = make.story(body="hidden one", state="hidden", chosen_week=this_week())
    make.story(body="a pick", featured_at=clock.now())
    page = soup(moderator.get("/console/weeks"))
    rows = page.select("ol.rows li")
    assert ["hidden one" in rows[0].text, "last week" in rows[1].text] == [True, True]
    assert "Not on the wall now" in rows[0].text
    assert "At the top of the wall" in rows[1].text
    assert page.select_one("aside form input[name=instead_of]")["value"] == hidden.id
    assert "a pick" in page.select_one("aside").text
    assert post(moderator, stored(last), on="0").status_code == 303
    assert post(moderator, stored(hidden), on="0").status_code == 303
    assert queries.week_stories().items == []


@BOTH
def test_many_weeks_come_in_pages(make, as_staff, htmx):
    for ago in range(26):
        make.story(body=f"weeks ago {ago:02}.", chosen_week=this_week() - WEEK * ago)
    moderator = as_staff("moderator")
    first = soup(moderator.get("/console/weeks"))
    assert "weeks ago 23." in first.text
    assert "weeks ago 24." not in first.text
    more = moderator.get(first.select_one("a.more")["href"], htmx=htmx)
    assert "weeks ago 25." in more.text
    assert ("<html" in more.text) is not htmx
