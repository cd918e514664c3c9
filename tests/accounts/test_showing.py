"""Who sees what of a member: every field, every audience, every persona, every surface."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.accounts import queries, services
from portal.accounts.birthdays import Birthday
from portal.accounts.models import Gender, Member, Role
from portal.accounts.services.profiles import refresh_search
from portal.accounts.showing import BIRTH_YEAR, FIELDS, Audience, audience_of, may_see, shown_profile
from portal.brand.services import change_settings
from portal.core.access import Permission
from portal.core.db import transaction
from portal.core.media.services import stage_upload
from tests.answers import picture
from tests.client import PortalClient
from tests.make import Make

NAME = "Nanzhi Planted"
BIO, REGION, INTEREST = "plantedbio", "Plantedregion", "plantedinterest"
YEAR = 1987
#: how each field reads on a page
PLANTED = {
    "bio": BIO,
    "region": REGION,
    "interests": INTEREST,
    "birthday": "March 8",
    "gender": ">Woman",
}
PERSONAS = ("stranger", "member", "self", *(role.value for role in Role))


def plant(make: Make, audience: Audience | None) -> Member:
    """A member with something in every field; ``None`` leaves the usual audiences."""
    member = make.member(display_name=NAME)
    changes: Any = {} if audience is None else {"visibility": dict.fromkeys(FIELDS, audience)}
    with transaction():
        services.receive_avatar(member, stage_upload(picture("crimson")), by=queries.viewer_of(member.id))
    with transaction():
        services.update_profile(
            member,
            by=queries.viewer_of(member.id),
            bio=BIO,
            region=REGION,
            interests=[INTEREST],
            birthday=Birthday(3, 8, YEAR),
            gender=Gender.WOMAN,
            **changes,
        )
    return member


def allowed(persona: str, audience: Audience) -> bool:
    """The rule in plain words, for the test alone."""
    if audience is Audience.EVERYONE or persona == "self":
        return True
    return persona != "stranger" and (audience is Audience.MEMBERS or persona != "member")


@pytest.fixture
def browsers(app: Flask, make: Make, as_member: Any) -> Callable[[Member], dict[str, PortalClient]]:
    def made(owner: Member) -> dict[str, PortalClient]:
        staff = {role.value: as_member(make.staff(role)) for role in Role}
        return {"stranger": PortalClient(app), "member": as_member(), "self": as_member(owner)} | staff

    return made


# ------------------------------------------------------------------ the rule


@pytest.mark.parametrize("audience", Audience)
def test_one_rule_for_every_field_audience_and_persona(app: Flask, make: Make, audience: Audience) -> None:
    owner = make.member(visibility=dict.fromkeys(FIELDS, audience))
    viewers: dict[str, Any] = {"stranger": None, "member": queries.viewer_of(make.member().id)}
    viewers |= {"self": queries.viewer_of(owner.id)}
    viewers |= {role.value: queries.viewer_of(make.staff(role).id) for role in Role}
    for name in FIELDS:
        assert audience_of(owner, name) is audience
        for persona in PERSONAS:
            assert may_see(viewers[persona], owner, name) is allowed(persona, audience), (name, persona)
    for persona, viewer in viewers.items():
        reaches = persona == "self" or (viewer is not None and viewer.can(Permission.VIEW_CONTACTS))
        assert may_see(viewer, owner, BIRTH_YEAR) is reaches, persona


def test_usual_audiences_and_unknown_fields(app: Flask, make: Make) -> None:
    member = make.member()
    assert {name: audience_of(member, name).value for name in FIELDS} == {
        "avatar": "everyone",
        "bio": "everyone",
        "region": "everyone",
        "interests": "everyone",
        "birthday": "staff",
        "gender": "staff",
    }
    with pytest.raises(KeyError):
        may_see(None, member, "email")


def test_only_the_owner_is_told_who_sees_what(app: Flask, make: Make) -> None:
    member = make.member(bio="hello", visibility={"bio": "members"})
    assert shown_profile(member, queries.viewer_of(member.id)).audiences == {"bio": "Members"}
    other = shown_profile(member, queries.viewer_of(make.staff("owner").id))
    assert (other.bio, other.audiences) == ("hello", {})


# ------------------------------------------------------------------ surfaces


@pytest.mark.one_database
@pytest.mark.parametrize("audience", [None, *Audience])
def test_no_surface_shows_what_its_reader_may_not_see(
    make: Make, browsers: Any, run_jobs: Callable[[], None], audience: Audience | None
) -> None:
    owner = plant(make, audience)
    run_jobs()
    story = make.story(author=owner, region="")
    with transaction():
        story.region = queries.place_of(owner.id)
    mine = f"/members/{owner.id}"
    surfaces = [
        mine,
        f"{mine}?seen_by=everyone",
        "/",
        "/stories",
        "/stories/find",
        f"/stories/{story.id}",
        f"/stories/by/{owner.id}",
        f"/stories/{story.id}/history",
        "/search?q=Nanzhi",
        "/search?q=Nanzhi&kind=member",
        f"/report/profile/{owner.id}",
        "/console/queue",
        "/console/replies",
        "/console/members",
        f"/console/members/{owner.id}",
    ]
    audiences = {name: audience or usual for name, usual in FIELDS.items()}
    face = queries.own_face(owner)
    assert face is not None
    for persona, browser in browsers(owner).items():
        pages = {path: browser.get(path).get_data(as_text=True) for path in surfaces}
        for name, words in PLANTED.items():
            may = allowed(persona, audiences[name])
            assert (words in pages[mine]) is may, (persona, name, "own page")
            if not may:
                assert [path for path, page in pages.items() if words in page] == [], (persona, name)
        may = allowed(persona, audiences["avatar"])
        assert (f"/media/{face}/" in pages[mine]) is may, persona
        assert may or not any(face in page for page in pages.values()), persona
        assert browser.get(f"/media/{face}/400.webp").status_code == (200 if may else 404), persona
        reaches = persona in ("self", "manager", "owner")
        year = re.compile(rf"\b{YEAR}\b")  # not as a part of somebody's random address
        assert reaches or not any(year.search(page) for page in pages.values()), persona


@pytest.mark.parametrize("audience", Audience)
def test_search_finds_by_what_everyone_may_see(app: Flask, make: Make, audience: Audience) -> None:
    owner = plant(make, audience)
    everyone = [owner.id] if audience is Audience.EVERYONE else []
    for words in (REGION, INTEREST):
        found = queries.search_members(words, None, None)
        assert [person.id for person in found.items] == everyone
    assert [person.region for person in queries.search_members("Planted", None, None).items] == [
        REGION if everyone else ""
    ]


def test_stories_stop_telling_a_place_that_was_hidden(client: PortalClient, make: Make) -> None:
    owner = make.member(display_name=NAME, region=REGION)
    story = make.story(author=owner, region=REGION, body="A walk")
    for path in ("/stories", f"/stories/{story.id}", f"/stories?region={REGION}"):
        assert REGION in client.get(path).get_data(as_text=True)
    with transaction():
        by = queries.viewer_of(owner.id)
        services.update_profile(owner, by=by, visibility={"region": Audience.MEMBERS})
    for path in ("/stories", f"/stories/{story.id}"):
        assert REGION not in client.get(path).get_data(as_text=True)
    assert "A walk" not in client.get(f"/stories?region={REGION}").get_data(as_text=True)


@pytest.mark.one_database
def test_pages_call_members_as_the_house_does(client: PortalClient, make: Make) -> None:
    with transaction():
        change_settings(by=None, fan_title_en="stitchers", fan_title_zh="缝友")
    member = make.member()
    make.story(author=member)
    with transaction():
        refresh_search(member)
    assert '<h2 id="found-member">Stitchers</h2>' in client.get("/search?q=Alice").get_data(as_text=True)
    for path in ("/stories", "/sign-up", f"/members/{member.id}", "/search?q=Alice"):
        assert "stitchers" in client.get(path).get_data(as_text=True).lower(), path
        assert "缝友" in client.get(path, lang="zh").get_data(as_text=True), path


@pytest.mark.one_database
def test_preview_shows_what_others_see(make: Make, as_member: Any) -> None:
    owner = plant(make, Audience.MEMBERS)
    browser, other = as_member(owner), as_member()
    path = f"/members/{owner.id}"
    assert BIO in browser.get(path).get_data(as_text=True)
    assert BIO in browser.get(f"{path}?seen_by=members").get_data(as_text=True)
    assert BIO not in browser.get(f"{path}?seen_by=everyone").get_data(as_text=True)
    assert str(YEAR) not in browser.get(f"{path}?seen_by=members").get_data(as_text=True)
    assert "As everyone sees it" not in other.get(f"{path}?seen_by=self").get_data(as_text=True)
    assert other.get(f"{path}?seen_by=members").get_data(as_text=True).count(BIO) == 1
