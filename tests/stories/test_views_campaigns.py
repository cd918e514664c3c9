"""Campaigns on pages: the list, one with its stories, the wall's line, the composer, the studio; plain and with htmx."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from werkzeug.test import Client

from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.stories import services
from portal.stories.campaign_models import Campaign, Gives
from portal.stories.services import campaigns as desk
from tests.stories.conftest import jpeg

pytestmark = pytest.mark.one_database

BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
TAG = "#我是包包控#"
DAY = timedelta(days=1)


def soup(answer, status=200):
    assert answer.status_code == status, answer.status
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def today():
    return brand.shop_day(clock.now())


def fields(**other):
    return {
        "slug": "my-bag-and-me",
        "hashtag": TAG,
        "name_zh": "我是包包控",
        "name_en": "Me and my bag",
        "starts_on": today().isoformat(),
        "last_day": (today() + 6 * DAY).isoformat(),
        "gives": "points",
        "points": "10",
        "pool_id": "",
    } | other


def the_campaign():
    db.session.expire_all()
    return db.session.scalars(sa.select(Campaign)).one()


# ------------------------------------------------------------------ what everybody sees


def test_nothing_yet(client):
    assert "No campaign just now" in soup(client.get("/campaigns")).text
    assert client.get("/campaigns/nothing").status_code == 404
    assert not soup(client.get("/stories")).select(".campaign-strip")


def test_those_that_run_come_and_are_over(make, client):
    make.campaign(name_en="It runs", hashtag="#a")
    make.campaign(name_en="It comes", hashtag="#b", starts_on=today() + 3 * DAY)
    make.campaign(name_en="It is over", hashtag="#c", starts_on=today() - 9 * DAY, days=3)
    draft = make.campaign(name_en="A draft", hashtag="#d", announced=False)
    page = soup(client.get("/campaigns"))
    now, over = (section.text for section in page.select("main section"))
    assert now.index("It runs") < now.index("It comes")
    assert "It is over" in over
    assert "A draft" not in page.text
    assert client.get(f"/campaigns/{draft.slug}").status_code == 404
    assert "活动" in client.get("/campaigns", lang="zh").text


def test_one_with_its_stories(make, client, as_member):
    campaign = make.campaign(points=10)
    make.story(body="one of them", tags=TAG)
    make.story(body="somebody else's")
    old = make.story(body="told before", tags=TAG, published_at=clock.now() - 9 * DAY)
    page = soup(client.get(f"/campaigns/{campaign.slug}"))
    assert page.h1.text.strip() == "Me and my bag"
    assert "10 points for each story" in page.text
    assert len(page.select("article.story")) == 1
    assert "one of them" in page.text
    assert old.body not in page.text
    assert page.select_one("a.btn.big")["href"].startswith("/stories/new?tag=")
    form = soup(as_member().get(page.select_one("a.btn.big")["href"]))
    assert form.select_one("[name=tags]")["value"] == "#我是包包控"
    assert "your story takes part in" in form.select_one(".campaign-strip").text
    assert "每个故事 10 积分" in client.get(f"/campaigns/{campaign.slug}", lang="zh").text


def test_empty_ones_say_what_is_to_do(make, client):
    running = make.campaign(hashtag="#a")
    coming = make.campaign(hashtag="#b", starts_on=today() + 3 * DAY)
    over = make.campaign(hashtag="#c", starts_on=today() - 9 * DAY, days=3)
    for campaign, said in ((running, "first stitch"), (coming, "not begun"), (over, "Nobody took part")):
        page = soup(client.get(f"/campaigns/{campaign.slug}"))
        assert said in page.select_one(".empty").text
        assert bool(page.select("a.btn.big[href^='/stories/new']")) is (campaign is running)


@BOTH
def test_many_stories_come_in_pages(make, client, htmx):
    campaign = make.campaign()
    for number in range(26):
        make.story(body=f"story {number:02}.", tags=TAG)
    first = soup(client.get(f"/campaigns/{campaign.slug}"))
    assert len(first.select("article.story")) == 24
    more = client.get(first.select_one("a.more")["href"], htmx=htmx)
    assert "story 00." in more.text
    assert ("<html" in more.text) is not htmx


@BOTH
def test_many_campaigns_come_in_pages(make, client, as_staff, htmx):
    for number in range(26):
        make.campaign(hashtag=f"#t{number}", starts_on=today() - (40 + number) * DAY, days=2)
    for browser, path in ((client, "/campaigns"), (as_staff("manager"), "/console/campaigns")):
        first = soup(browser.get(path))
        assert len(first.select("main .rows li")) == 24
        more = browser.get(first.select_one("a.more")["href"], htmx=htmx)
        assert len(soup(more).select(".rows li")) == 2
        assert ("<html" in more.text) is not htmx


def test_the_hashtags_page_leads_there(make, client):
    campaign = make.campaign()
    page = soup(client.get("/tags/我是包包控"))
    assert page.select_one(".campaign-strip a")["href"] == f"/campaigns/{campaign.slug}"
    assert "A campaign runs" in page.text
    with clock.travel(clock.now() + 40 * DAY):
        assert "There was a campaign" in client.get("/tags/我是包包控").text


def test_muted_people_are_not_counted(make, client, as_member):
    campaign, me = make.campaign(), make.member()
    make.story(tags=TAG, body="kept away")
    other = make.story(tags=TAG, body="seen")
    muted = make.story(tags=TAG, body="muted words")
    with transaction():
        make.distance(me, viewer_of(muted.author_id))
    page = soup(as_member(me).get(f"/campaigns/{campaign.slug}"))
    assert "2 stories so far" in page.text
    assert "muted words" not in page.text
    assert other.body in page.text


# ------------------------------------------------------------------ the wall


def test_the_wall_names_it_while_it_runs(make, client):
    make.story()
    make.campaign(starts_on=today() + DAY, days=2, name_en="Soon here")
    zone = brand.current().time_zone
    begin = clock.day_start(today() + DAY, zone)
    for moment, there in (
        (begin - timedelta(seconds=1), False),
        (begin, True),
        (begin + 2 * DAY - timedelta(seconds=1), True),
        (begin + 2 * DAY, False),
    ):
        with clock.travel(moment):
            page = soup(client.get("/stories"))
            assert ("Soon here" in page.text) is there, moment
            assert "Soon here" not in client.get("/stories?show=featured").text
    assert make is not None


def test_the_kept_wall_knows_every_change(make, app, asked, manager):
    """Announced, ended: at once. By time: as soon as the wall is looked at anew, which is after five seconds."""
    make.story()
    campaign = make.campaign(announced=False, name_en="Now on the wall")
    browser = Client(app, use_cookies=False)

    def text():
        db.session.commit()
        answer = browser.get("/stories", headers={"Accept-Language": "en"}).text
        db.session.expire_all()
        return answer

    assert "Now on the wall" not in text()
    with transaction():
        desk.announce_campaign(db.session.get_one(Campaign, campaign.id), by=manager)
    assert "Now on the wall" in text()
    number = len(asked)
    assert "Now on the wall" in text()
    assert len(asked) == number, "it is kept"
    with transaction():
        desk.close_campaign(db.session.get_one(Campaign, campaign.id), by=manager)
    assert "Now on the wall" not in text()


# ------------------------------------------------------------------ members


def test_the_composer_names_what_runs(make, as_member):
    make.campaign(name_en="Me and my bag")
    browser = as_member()
    assert "Add #我是包包控 to take part in" in soup(browser.get("/stories/new")).select_one(
        ".campaign-strip"
    ).get_text(" ", strip=True)
    page = soup(browser.get("/stories/new"))
    browser.post(
        page.select_one("#writing button[formaction$=draft]")["formaction"], data={"body": f"heute {TAG}"}
    )
    said = soup(browser.get("/stories/new")).select_one(".campaign-strip").text
    assert "your story takes part in" in said


@pytest.mark.parametrize("gives", ["points", "coupon", "owed", "nothing"])
def test_the_author_reads_what_it_brought(make, as_member, client, gives):
    pool = {"coupon": make.pool(number=1), "owed": make.pool()}.get(gives)
    make.campaign(points=10 if gives == "points" else 0, pool=pool)
    author = make.member()
    first, second = (make.story(author=author, tags=TAG) for _ in range(2))
    browser = as_member(author)
    said = {
        "points": "10 points are yours for it",
        "coupon": "A coupon is yours for it",
        "owed": "no coupon left just now",
        "nothing": "It hangs on its page",
    }
    assert said[gives] in browser.get(f"/stories/{first.id}").text
    other = browser.get(f"/stories/{second.id}").text
    assert ("Another story of yours has what this week brings" in other) is (gives != "nothing")
    assert "Your story is for" not in client.get(f"/stories/{first.id}").text
    inbox = browser.get("/inbox").text
    assert ("took part in" in inbox) is (gives != "nothing")
    if gives == "points":
        assert "A story in a campaign" in browser.get("/me/points").text
        with transaction():
            services.hide_story(first.id, "no")
            services.hide_story(second.id, "no")
        assert "Taken back: A story in a campaign" in browser.get("/me/points").text
        assert "It counts as soon as it hangs" in browser.get(f"/stories/{first.id}").text
    if gives == "coupon":
        page = soup(browser.get("/me/coupons"))
        assert "A story in a campaign" in page.text
        assert "A story in a campaign" in browser.get(page.select_one("a.coupon")["href"]).text


# ------------------------------------------------------------------ staff


@BOTH
def test_made_announced_and_ended(as_staff, htmx):
    browser = as_staff("manager")
    assert "No campaign yet" in browser.get("/console/campaigns").text
    answer = browser.post("/console/campaigns/new", data=fields(), htmx=htmx)
    campaign = the_campaign()
    place = f"/console/campaigns/{campaign.id}"
    assert (answer.headers.get("HX-Redirect") if htmx else answer.location) == place
    assert (campaign.gives, campaign.points, campaign.announced_at) == (Gives.POINTS, 10, None)
    assert soup(browser.get(place)).select_one("[name=hashtag]")["value"] == "#我是包包控"
    for deed, said in (("announce", "Runs now"), ("announce", "Runs now"), ("close", "Ended early")):
        answer = browser.post(f"{place}/{deed}", htmx=htmx)
        if htmx:
            assert soup(answer).select_one("#campaign-desk .tagl").text.strip() == said
        else:
            assert (answer.status_code, answer.location) == (303, place)
    assert the_campaign().closed_at is not None


@BOTH
def test_edited_and_refused(make, as_staff, htmx):
    browser = as_staff("manager")
    campaign = make.campaign(announced=False)
    place = f"/console/campaigns/{campaign.id}"
    sent = fields(version=str(campaign.version), points="25")
    answer = browser.post(place, data=sent, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert the_campaign().points == 25
    stale = browser.post(place, data=sent | {"points": "30"}, htmx=htmx)
    assert "A colleague changed this meanwhile" in soup(stale, 409).text
    wrong = browser.post(place, data=sent | {"last_day": "2020-01-01", "hashtag": "👜"}, htmx=htmx)
    assert wrong.status_code in (409, 422)
    empty = soup(browser.post("/console/campaigns/new", data={}, htmx=htmx), 422)
    assert empty.select("#campaign-form .error-summary, #campaign-form [role=alert]")
    taken = browser.post("/console/campaigns/new", data=fields(slug=campaign.slug), htmx=htmx)
    assert "This address is taken" in soup(taken, 422).text
    assert browser.post(f"{place}/close", htmx=htmx).status_code == 409


def test_once_it_runs_there_is_no_form(make, as_staff):
    campaign = make.campaign(points=10)
    browser = as_staff("manager")
    place = f"/console/campaigns/{campaign.id}"
    assert not soup(browser.get(place)).select("#campaign-form")
    answer = browser.post(place, data=fields(version=str(campaign.version)))
    assert answer.status_code == 409
    assert the_campaign().points == 10


def test_staff_see_what_is_owed(make, as_staff):
    campaign = make.campaign(pool=make.pool())
    make.story(tags=TAG)
    page = soup(as_staff("manager").get(f"/console/campaigns/{campaign.id}"))
    assert "1 coupon is owed" in page.text
    assert page.select(f"a[href='/console/rewards/pools/{campaign.pool_id}']")
    assert len(page.select("table tbody tr")) == 1


@BOTH
def test_a_picture(make, as_staff, client, run_jobs, htmx):
    campaign = make.campaign()
    place = f"/console/campaigns/{campaign.id}/picture"
    browser = as_staff("manager")
    assert browser.post(place, data={}, htmx=htmx).status_code == 422
    for _again in range(2):
        answer = browser.post(place, data={"picture": jpeg()}, htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
        assert "being prepared" in browser.get(place).text
        run_jobs()
        page = soup(client.get(f"/campaigns/{campaign.slug}"))
        assert the_campaign().picture in page.select_one("img.campaign-picture")["src"]


@BOTH
@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), ("manager", 200), ("moderator", 403), ("host", 403), ("analyst", 403)],
)
def test_roles(make, as_staff, role, status, htmx):
    campaign, browser = make.campaign(announced=False), as_staff(role)
    assert browser.get("/console/campaigns").status_code == status
    assert browser.get(f"/console/campaigns/{campaign.id}").status_code == status
    answer = browser.post(f"/console/campaigns/{campaign.id}/announce", htmx=htmx)
    assert answer.status_code == (status if status == 403 or htmx else 303)


def test_for_others_it_does_not_exist(make, as_member, as_staff, client):
    campaign = make.campaign(announced=False)
    for browser in (as_member(), client):
        assert browser.post(f"/console/campaigns/{campaign.id}/announce").status_code == 404
    assert as_member().get("/console/campaigns").status_code == 404
    assert as_staff("owner").get("/console/campaigns/nothing").status_code == 404
    assert as_staff("owner").post("/console/campaigns/nothing/close").status_code == 404
    assert the_campaign().announced_at is None


def test_words_of_staff_stay_words(make, client):
    campaign = make.campaign(name_en="<b>Bags</b>", text_en="<script>alert(1)</script>")
    page = soup(client.get(f"/campaigns/{campaign.slug}"))
    assert not page.select("main script, h1 b")
    assert "<script>alert(1)</script>" in page.text
