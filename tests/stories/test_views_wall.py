"""The wall, a hashtag's wall, a member's stories: what each shows to whom, at a fixed cost."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from portal.brand import queries as brand_queries
from portal.core import clock, keeping
from portal.core.db import transaction
from portal.stories import services
from portal.stories.models import StoryState

pytestmark = pytest.mark.one_database

MOST_QUERIES = 10


def text_of(response):
    assert response.status_code == 200, response.status
    return response.get_data(as_text=True)


def put_up(make, number, **facts):
    """Stories of several members, the last one newest."""
    authors = [make.member(display_name=f"Writer {letter}") for letter in "ABC"]
    now = clock.now()
    return [
        make.story(
            author=authors[place % 3],
            body=f"story number {place}",
            published_at=now - timedelta(hours=number - place),
            **facts,
        )
        for place in range(number)
    ]


def test_an_empty_wall_invites(client):
    page = text_of(client.get("/stories"))
    assert "The first stitch is yours." in page
    assert brand_queries.current().belief in page


def test_the_headline_counts_people_not_stories(client, make):
    author = make.member()
    make.story(author=author)
    make.story(author=author)
    assert "1 people" in text_of(client.get("/stories")).replace("</span>", "")


def test_newest_first_and_all_of_them_over_the_pages(client, make):
    stories = put_up(make, 30)
    first = text_of(client.get("/stories"))
    assert first.index(stories[29].id) < first.index(stories[28].id)
    assert stories[5].id not in first
    more = _more(first)
    second = text_of(client.get(more))
    assert all(story.id in second for story in stories[:6])
    assert "<h1>" in second
    assert 'class="chapter"' in second


def test_the_next_page_comes_as_a_fragment(client, make):
    stories = put_up(make, 30)
    more = _more(text_of(client.get("/stories")))
    fragment = text_of(client.get(more, htmx=True))
    assert "<html" not in fragment
    assert fragment.count('class="story') == 6
    assert stories[0].id in fragment


def test_after_three_pages_the_next_one_waits_for_a_click(client, make):
    put_up(make, 25)
    assert 'hx-trigger="revealed"' in text_of(client.get("/stories?page=2"))
    assert 'hx-trigger="click"' in text_of(client.get("/stories?page=3"))
    assert 'hx-trigger="click"' in text_of(client.get("/stories?page=77777"))


@pytest.mark.parametrize(
    "address", ["/stories?after=rubbish", "/stories?page=x", "/stories?page=-1", "/stories?show=odd"]
)
def test_a_bent_address_is_the_first_page(client, make, address):
    story = make.story()
    assert story.id in text_of(client.get(address))


def test_filters(client, make):
    product = make.product(slug="wheat-tote", name_en="Wheat tote")
    plain, about = make.story(), make.story(product=product)
    tagged, from_there = make.story(tags="#commute"), make.story(region="Hangzhou")
    featured = make.story()
    with transaction():
        services.feature_story(featured, True, by=_manager(make))
    everything = {plain.id, about.id, tagged.id, from_there.id, featured.id}

    def shown(query):
        page = text_of(client.get(f"/stories?{query}"))
        return {story_id for story_id in everything if f'id="story-{story_id}"' in page}

    assert shown("") == everything
    assert shown("product=wheat-tote") == {about.id}
    assert shown("tag=commute") == {tagged.id}
    assert shown("region=Hangzhou") == {from_there.id}
    assert shown("show=featured") == {featured.id}
    assert "Wheat tote" in text_of(client.get("/stories?product=wheat-tote"))


def test_a_product_without_stories_invites_to_the_first(client, make):
    make.story()
    make.product(slug="tote", name_en="Wheat tote")
    for htmx in (False, True):  # the product's own page takes it from here
        page = text_of(client.get("/stories?product=tote", htmx=htmx))
        assert "Nobody has told a story with “Wheat tote” yet" in page
        assert 'href="/stories/new?product=tote"' in page


def test_an_empty_filter_names_itself_and_offers_a_way_out(client, make):
    make.story()
    page = text_of(client.get("/stories?region=Atlantis"))
    assert "No story for “Atlantis” yet" in page
    assert "Show all stories" in page


def test_a_filter_changes_only_the_section_and_is_said(client, make):
    make.story(region="Hangzhou")
    fragment = text_of(client.get("/stories?region=Hangzhou", htmx=True))
    assert "<h1" not in fragment
    assert 'id="stories"' in fragment
    assert 'role="status"' in fragment
    assert "1 story shown" in fragment


def test_products_and_regions_to_choose_from(client, make):
    make.product(slug="wheat-tote", name_en="Wheat tote")
    make.story(region="Hangzhou")
    page = text_of(client.get("/stories/find"))
    assert "Wheat tote" in page
    assert "Hangzhou" in page
    assert 'id="ways"' in text_of(client.get("/stories/find", htmx=True))


def test_only_published_stories_hang_on_the_wall(client, make):
    hidden = [make.story(state=state) for state in StoryState if state is not StoryState.PUBLISHED]
    page = text_of(client.get("/stories"))
    assert not any(story.id in page for story in hidden)


def test_themes_the_prompt_and_pinned_news(client, make):
    make.hashtag("commute", label_en="Commute", theme_position=0)
    make.prompt(tag=make.hashtag("inside"), text_en="What is in your bag today?")
    with transaction():
        news = services.publish_news(
            by=_manager(make), body="A prize!", pinned_until=clock.now() + clock.days(3)
        )
    put_up(make, 3)
    page = text_of(client.get("/stories"))
    assert "Commute" in page
    assert "What is in your bag today?" in page
    assert page.count(f'id="story-{news.id}"') == 1
    assert page.index(news.id) < page.index("story number 2")


def test_a_member_sees_the_card_and_own_stories_on_their_way(make, as_member, client):
    member = make.member(display_name="Xiaoman", number=427)
    held = make.story(author=member, state=StoryState.HELD, body="waits for eyes")
    make.story(author=member)
    page = text_of(as_member(member).get("/stories"))
    assert "0427" in page
    assert "Xiaoman" in page
    assert "In review" in page
    assert held.body in page
    assert held.body not in text_of(client.get("/stories"))
    assert held.body not in text_of(as_member().get("/stories"))


def test_who_was_here_is_told_only_when_real(make, client, as_member):
    make.story()
    assert "stopped by today" not in text_of(client.get("/stories"))
    for number in range(3):
        as_member(avatar=str(number) * 26).get("/stories")
    keeping.forget()
    assert "3 " in text_of(client.get("/stories")).split("stopped by today")[0][-40:]


def test_a_hashtags_page(client, make):
    story = make.story(tags="#OnTheRoad")
    page = text_of(client.get("/tags/ontheroad"))
    assert story.id in page
    assert "1 story" in page
    assert client.get("/tags/nobody-said-this").status_code == 404


def test_a_prompts_hashtag_has_a_page_before_the_first_story(client, make):
    make.prompt(tag=make.hashtag("inside"), text_en="What is in your bag today?")
    page = text_of(client.get("/tags/inside"))
    assert "No story for" in page


def test_stories_of_one_member(client, make, as_member):
    member = make.member(display_name="Coco")
    story, rejected = make.story(author=member), make.story(author=member, state=StoryState.REJECTED)
    page = text_of(client.get(f"/stories/by/{member.id}"))
    assert story.id in page
    assert rejected.id not in page
    assert rejected.id in text_of(as_member(member).get(f"/stories/by/{member.id}"))
    assert "<h1" not in text_of(client.get(f"/stories/by/{member.id}", htmx=True))
    assert client.get("/stories/by/01nobody").status_code == 404


def test_a_hidden_member_has_no_list(client, make, as_member, as_staff):
    member = make.member(profile_hidden=True)
    assert client.get(f"/stories/by/{member.id}").status_code == 404
    assert as_member().get(f"/stories/by/{member.id}").status_code == 404
    assert as_member(member).get(f"/stories/by/{member.id}").status_code == 200


@pytest.mark.parametrize("query", ["", "show=featured", "product=wheat-tote", "tag=road", "region=Hangzhou"])
def test_the_wall_costs_the_same_for_one_and_for_thirty(make, client, as_member, queries, query):
    product, member = make.product(slug="wheat-tote"), make.member()
    make.hashtag("road", theme_position=0)
    facts = {"product": product, "tags": "#road", "region": "Hangzhou", "featured_at": clock.now()}
    make.story(author=member, state=StoryState.HELD)
    costs = []
    for number in (1, 30):
        put_up(make, number, **facts)
        for browser in (client, as_member(member)):
            browser.get(f"/stories?{query}")  # what a process keeps is kept now
            with queries() as log:
                browser.get(f"/stories?{query}")
            costs.append(len(log))
            assert len(log) <= MOST_QUERIES, log
    assert costs[:2] == costs[2:]


@pytest.mark.parametrize("path", ["/stories", "/stories?show=featured", "/tags/road"])
def test_even_a_cold_process_asks_little(make, client, as_member, queries, path):
    make.hashtag("road", theme_position=0)
    put_up(make, 30, tags="#road", featured_at=clock.now())
    for browser in (client, as_member()):
        keeping.forget()
        brand_queries.forget()
        with queries() as log:
            text_of(browser.get(path))
        assert len(log) <= MOST_QUERIES, log


def test_without_keeping_the_wall_costs_the_same(make, app, as_member, queries, monkeypatch):
    settings = dataclasses.replace(app.config["PORTAL"], card_cache=False)
    monkeypatch.setitem(app.config, "PORTAL", settings)
    browser, costs = as_member(), []
    for number in (1, 30):
        put_up(make, number)
        browser.get("/stories")
        with queries() as log:
            text_of(browser.get("/stories"))
        costs.append(len(log))
    assert costs[0] == costs[1] <= MOST_QUERIES


def _more(page):
    return page.split('class="more" href="')[1].split('"')[0].replace("&amp;", "&")


def _manager(make):
    from portal.accounts.queries import viewer_of

    return viewer_of(make.staff("manager").id)
