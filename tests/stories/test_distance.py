"""Blocked and muted on every surface: nothing of the other is there, for both or for one; all others see everything."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import DistanceKind
from portal.accounts.queries import get_member, viewer_of
from portal.accounts.services import distance
from portal.core.access import access_of
from portal.core.db import transaction
from portal.notifications.queries import unread_count
from tests.client import PortalClient
from tests.make import Make
from tests.stories.distance import World, look

pytestmark = pytest.mark.one_database

MEMBERS = ("a", "b", "third", "staff")
ALL = (*MEMBERS, "stranger")


@dataclass(frozen=True)
class Surface:
    """A page about one of the two (``of``). ``shows``: what of them stands there while nobody keeps away.

    ``gone``: where they are hidden it answers 404. ``mute_leaves_it``: who muted still finds the page, to take it back.
    ``lookers``: whose page it is. ``always``: what reveals nothing, because who looks knew it already. ``week``: their
    story is the story of the week meanwhile.
    """

    endpoint: str
    path: str
    shows: tuple[str, ...]
    gone: bool = False
    mute_leaves_it: bool = False
    lookers: tuple[str, ...] = ALL
    always: tuple[str, ...] = ()
    week: bool = False


SURFACES = (
    Surface("stories.wall", "/stories", ("story", "name", "face", "member id", "story id")),
    Surface("stories.wall", "/stories", ("story", "name", "face", "member id", "story id"), week=True),
    Surface("stories.wall", "/stories?show=featured", ("story", "name")),
    Surface("stories.wall", "/stories?product={product}", ("story", "name")),
    Surface("stories.wall", "/stories?tag={tag}", ("story", "name")),
    Surface("stories.wall", "/stories?region={region}", ("story", "name")),
    Surface("stories.tag", "/tags/{tag}", ("story", "name")),
    Surface("stories.campaign", "/campaigns/{campaign}", ("story", "name", "face")),
    Surface("stories.by_member", "/stories/by/{member}", ("story", "name"), gone=True, mute_leaves_it=True),
    Surface("stories.story", "/stories/{story}", ("story", "name", "bio", "under"), gone=True),
    Surface("stories.story", "/stories/{common}", ("comment", "reply", "name", "face")),
    Surface("stories.history", "/stories/{story}/history", ("name",), gone=True),
    Surface("stories.replies", "/stories/{story}/comments/{under}", ("under",), gone=True),
    Surface("stories.replies", "/stories/{common}/comments/{top}", ("reply", "name")),
    Surface("stories.replies", "/stories/{common}/comments/{said}", ("comment",)),
    Surface("accounts.member", "/members/{member}", ("name", "bio", "face"), gone=True, mute_leaves_it=True),
    Surface(
        "accounts.keep_away",
        "/members/{member}/keep-away",
        ("name",),
        True,
        True,
        ("a", "b", "third", "staff"),
    ),
    Surface(
        "rewards.badges_of_member", "/members/{member}/badges", ("name",), gone=True, mute_leaves_it=True
    ),
    Surface(
        "membership.tiers_of_member",
        "/members/{member}/membership",
        ("name",),
        gone=True,
        mute_leaves_it=True,
    ),
    # its stories are a wall
    Surface("catalog.product", "/products/{product}", ("name", "member id", "face")),
    Surface("catalog.credits", "/products/{product}/credits", ("name", "member id", "face")),
    Surface("catalog.made_by", "/members/{member}/made", ("name",), gone=True, mute_leaves_it=True),
    Surface("contests.result", "/contests/{contest}/result", ("name", "member id", "face")),
    Surface("trials.chosen", "/trials/{trial}/chosen", ("name", "member id", "face")),
    Surface("trials.report", "/reports/{report}", ("report", "name", "member id", "face"), gone=True),
    Surface("trials.trial_reports", "/trials/{trial}/reports", ("report", "name", "face")),
    Surface("trials.product_reports", "/products/{product}/reports", ("report", "name", "face")),
    Surface("trials.product_reports", "/products/{product}/reports?few=1", ("report", "name", "face")),
    Surface("home.search", "/search?q={words}&kind=report", ("report", "name", "face")),
    Surface("home.search", "/search?q={words}", ("story", "name", "member id", "story id")),
    Surface("home.search", "/search?q={words}&kind=story", ("story",)),
    Surface("home.search", "/search?q={words}&kind=member", ("name",)),
    Surface("notifications.inbox", "/inbox", ("name", "comment"), lookers=("a", "b")),
    Surface("moderation.report", "/report/story/{story}", ("story",), lookers=MEMBERS, always=("story id",)),
    Surface("moderation.report", "/report/comment/{said}", ("comment",), lookers=MEMBERS),
    Surface(
        "moderation.report", "/report/profile/{member}", ("bio",), lookers=MEMBERS, always=("member id",)
    ),
)
#: public and members' pages that show nobody's content but one's own
NOTHING_OF_OTHERS = {
    "home.landing",  # leads members to the wall
    "stories.ways",  # products and regions: its figures have a test of their own
    "stories.new",
    "stories.edit",
    "stories.prepared",
    "stories.campaign_list",  # its figures are of the whole house
    "catalog.products",
    "catalog.versions",
    "stories.photo_rights",  # one's own photos
    "drops.index",  # the brand's own, without a name
    "drops.drop",
    "drops.shop",
    "drops.drops_calendar",
    "drops.drop_calendar",
    # names without who gave them, and ballots that are nobody's
    "contests.index",
    "contests.contest",
    "contests.ballot",
    "contests.receipt",
    "contests.proof",
    "contests.proof_rules",
    "contests.proof_tally",
    "contests.proof_script",
    "trials.index",
    "trials.trial",
    "trials.apply",
    "trials.fairness",  # groups of five and more
    "trials.proof",
    "trials.proof_list",
    "trials.proof_script",
    "stories.photo_state",
    "notifications.stop",
    "surveys.survey",
    # what of others stands on pages of events has tests beside them: faces, pledges, stories told afterwards, links
    "events.event",
    "events.pledges",
    "events.recap",
    "events.take_over",
    "events.index",
    "events.choose",
    "events.details",
    "events.waiting",
    "events.bell",
    "events.plan",
    "events.passport",
    "events.letter",
    "events.proof",
    "events.proof_list",
    "events.proof_script",
    "events.sessions_given",
    "events.sessions_script",
    "events.events_calendar",
    "events.event_calendar",
    "events.member_calendar",
    "events.scanned",
}
#: beginnings of addresses under which there is nothing of other members
OWN = (
    "/me/",
    "/payments/",
    "/pay/",
    "/rewards",
    "/membership",
    "/gifts/",
    "/redeem",
    "/sign-",
    "/reset",
    "/confirm",
    "/check-mail",
    "/not-me",
    "/keep/",
    "/invitations/",
    "/from/",
)
HOUSE = (
    "/<any(terms",
    "/assets/",
    "/static/",
    "/favicon",
    "/media/",
    "/brand.css",
    "/worker.js",
    "/readyz",
    "/livez",
    "/healthz",
    "/demo/",
    "/hooks/",
)
#: what stands around the story of the week
CARD = '<article class="weekly'
DISTANCES = [("block", "a"), ("block", "b"), ("mute", "a"), ("mute", "b")]


@pytest.fixture
def world(app: Flask, make: Make, as_member: Callable[..., PortalClient]) -> World:
    return World(app, make, as_member)


@pytest.fixture(params=["kept", "drawn anew"])
def keeping(request: pytest.FixtureRequest, app: Flask, asked: Any, monkeypatch: Any) -> None:
    """With the front and everything that is kept, or without."""
    on = request.param == "kept"
    settings = dataclasses.replace(app.config["PORTAL"], card_cache=on)
    monkeypatch.setitem(app.config, "PORTAL", settings)
    if not on:
        monkeypatch.setattr(app, "wsgi_app", app.wsgi_app._inner)  # type: ignore[attr-defined]


def hidden_by(kind: str, by: str) -> Callable[[str, str], bool]:
    """Who of the two is hidden from whom."""
    return lambda looker, of: {looker, of} == {"a", "b"} and (kind == "block" or looker == by)


def wrongs(
    world: World,
    hidden: Callable[[str, str], bool],
    *,
    muted: str = "",
    surfaces: Sequence[Surface] = SURFACES,
) -> list[str]:
    """Every surface on which somebody sees what they should not, or does not see what they should."""
    found = []
    for surface in surfaces:
        for of, planted in (("a", world.a), ("b", world.b)):
            if surface.week:
                world.choose_for_this_week(of)
            for looker in surface.lookers:
                if looker == of:
                    continue
                path = surface.path.format(**world.paths(of))
                answer = look(world.browsers[looker], path)
                traces = planted.traces_in(answer.get_data(as_text=True))
                at = f"{looker} looks at {of}: {path} ({answer.status_code})"
                if surface.week and (CARD in answer.get_data(as_text=True)) == hidden(looker, of):
                    found.append(f"{at}: the card of the week")
                if not hidden(looker, of):
                    missing = set(surface.shows) - set(traces)
                    if answer.status_code != 200 or missing:
                        found.append(f"{at} misses {missing}")
                elif surface.mute_leaves_it and muted == looker:
                    if answer.status_code != 200 or "story" in traces:
                        found.append(f"{at} shows {traces}")
                elif surface.gone:
                    if answer.status_code != 404:
                        found.append(f"{at} is there")
                elif left := set(traces) - set(surface.always):
                    found.append(f"{at} shows {left}")
    return found


@pytest.mark.usefixtures("keeping")
@pytest.mark.parametrize(("kind", "by"), DISTANCES)
def test_nothing_of_the_other_is_anywhere(world: World, kind: str, by: str) -> None:
    assert wrongs(world, lambda looker, of: False) == []  # everything is there, and everything kept is warm
    world.keep_away(kind, by)
    hidden = hidden_by(kind, by)
    muted = by if kind == "mute" else ""
    assert wrongs(world, hidden, muted=muted) == []
    assert wrongs(world, hidden, muted=muted) == []  # and once more, with what this left behind


@pytest.mark.usefixtures("keeping")
def test_pages_of_who_keeps_away_are_never_given_to_others(world: World) -> None:
    """The other order: the one with distances looks first, in a process that has kept nothing."""
    world.keep_away("block", "a")
    for _time in range(2):
        for looker in ("a", "b", "third", "stranger"):
            page = world.browsers[looker].get("/stories").get_data(as_text=True)
            story = world.browsers[looker].get(f"/stories/{world.common.id}").get_data(as_text=True)
            assert ("Albastory" in page, "Borisstory" in page) == (looker != "b", looker != "a")
            assert ("Albareply" in story, "Borisreply" in story) == (looker != "b", looker != "a")
            likes, talk = (1, 5) if looker in ("a", "b") else (2, 7)
            assert f"Like, {likes} so far" in story
            assert f"{talk} comments" in story


@pytest.mark.usefixtures("keeping")
def test_letting_back_brings_everything_back_but_old_messages(world: World) -> None:
    world.keep_away("block", "a")
    world.let_back("a")
    left = wrongs(world, lambda looker, of: False)
    assert left and all("/inbox" in line for line in left)


def test_what_third_people_answered_stays_without_the_words_above(world: World) -> None:
    world.keep_away("mute", "a")
    page = world.browsers["a"].get(f"/stories/{world.common.id}").get_data(as_text=True)
    assert "A comment you do not see" in page
    assert "toBoris" in page


def test_the_bell_counts_what_is_there(world: World) -> None:
    assert [unread_count(planted.member.id) for planted in (world.a, world.b)] == [2, 2]
    world.keep_away("mute", "a")
    assert [unread_count(planted.member.id) for planted in (world.a, world.b)] == [0, 2]
    world.keep_away("block", "a")
    assert [unread_count(planted.member.id) for planted in (world.a, world.b)] == [0, 0]


def test_figures_beside_what_is_read_do_not_count_the_hidden(world: World, make: Make) -> None:
    make.story(author=world.b.member, region="Atlantis", tags="#onlyboris")
    world.keep_away("mute", "a")
    mine, others = world.browsers["a"], world.browsers["third"]
    assert "2 stories" in mine.get("/tags/一起走").get_data(as_text=True)
    assert "3 stories" in others.get("/tags/一起走").get_data(as_text=True)
    assert (mine.get("/tags/onlyboris").status_code, others.get("/tags/onlyboris").status_code) == (404, 200)
    assert "Atlantis" in others.get("/stories/find").get_data(as_text=True)
    assert "Atlantis" not in mine.get("/stories/find").get_data(as_text=True)
    heart = mine.post(f"/stories/{world.common.id}/reaction", data={"on": "1"}, htmx=True)
    assert "Like, 1 so far" in heart.get_data(as_text=True)


def test_the_house_is_never_hidden(world: World, make: Make) -> None:
    news = make.story(author=world.b.member, as_brand=True, body="newsofthehouse")
    answer = make.comment(story=world.common, author=world.b.member, as_brand=True, body="thehouseanswers")
    world.keep_away("block", "a")
    mine = world.browsers["a"]
    assert "newsofthehouse" in mine.get("/stories").get_data(as_text=True)
    assert mine.get(f"/stories/{news.id}").status_code == 200
    assert answer.body in mine.get(f"/stories/{world.common.id}").get_data(as_text=True)


def test_who_moderates_opens_single_pages_whatever_the_distance(world: World, make: Make) -> None:
    """Nobody gets rid of moderation by blocking it: the console leads to these pages."""
    moderator = make.staff("moderator", display_name="Mod")
    browser = PortalClient(make._app).sign_in(make.session_token(moderator))
    with transaction():
        distance.keep_away(get_member(moderator.id), DistanceKind.BLOCK, by=viewer_of(world.a.member.id))
    for path in (f"/stories/{world.a.story.id}", f"/members/{world.a.member.id}"):
        assert browser.get(path).status_code == 200
    assert "Albacomment" in browser.get(f"/stories/{world.common.id}").get_data(as_text=True)
    assert "Albastory" not in browser.get("/stories").get_data(as_text=True)


def test_every_page_with_content_of_members_stands_in_the_table(app: Flask) -> None:
    """A new page either joins the table, or says that it shows nothing of others."""
    known = {surface.endpoint for surface in SURFACES} | NOTHING_OF_OTHERS
    missing = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if "GET" not in (rule.methods or set()) or access is None or access.audience == "staff":
            continue
        own = rule.rule == "/me" or rule.rule.startswith((*OWN, *HOUSE))
        if own or rule.endpoint in known:
            continue
        missing.append(f"{rule.endpoint} {rule.rule}")
    assert not missing, "\n".join(missing)
