"""One's own pages, those of others, and the choices of this browser: each write plain and with htmx."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from portal.core import clock
from tests.answers import BOTH, picture, place
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database


def test_me_shows_the_card(as_member: Callable[..., PortalClient], make: Make) -> None:
    member = make.member(display_name="林小满", number=427)
    client = as_member(member)
    with clock.travel(clock.now().replace(hour=12)):
        english, chinese = client.get("/me"), client.get("/me", lang="zh")
    assert "Good evening, 林小满" in english.get_data(as_text=True)
    assert "0427" in english.get_data(as_text=True)
    assert chinese.status_code == 200


def test_console_link_is_for_staff(as_member: Callable[..., PortalClient], as_staff: Any) -> None:
    assert 'href="/console"' not in as_member().get("/me").get_data(as_text=True)
    assert 'href="/console"' in as_staff("host").get("/me").get_data(as_text=True)


PROFILE = {
    "display_name": "南枝",
    "bio": "妈妈的包。",
    "region": "杭州",
    "language": "zh_CN",
    "greets_newcomers": "y",
}


@BOTH
def test_change_profile(as_member: Callable[..., PortalClient], make: Make, htmx: bool) -> None:
    member = make.member()
    client = as_member(member)
    assert client.get("/me/profile").status_code == 200
    answer = client.post("/me/profile", data=PROFILE, htmx=htmx)
    assert place(answer, htmx=htmx) == "/me/profile"
    assert "language=zh_CN" in answer.headers["Set-Cookie"]
    assert (member.display_name, member.bio, member.language, member.greets_newcomers) == (
        "南枝",
        "妈妈的包。",
        "zh_CN",
        True,
    )


@BOTH
def test_bad_profile_keeps_what_was_typed(as_member: Callable[..., PortalClient], htmx: bool) -> None:
    client = as_member()
    for changes in ({"display_name": "我们"}, {"bio": "x" * 301}, {"language": "tlh"}):
        answer = client.post("/me/profile", data=PROFILE | changes, htmx=htmx)
        assert answer.status_code == 422
        assert "杭州" in answer.get_data(as_text=True)


@BOTH
def test_send_and_remove_a_face(
    as_member: Callable[..., PortalClient], make: Make, run_jobs: Callable[[], None], htmx: bool
) -> None:
    member = make.member()
    client = as_member(member)
    answer = client.post("/me/avatar", data={"photo": (picture(), "me.jpg")}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert "being prepared" in client.get("/me/avatar", htmx=True).get_data(as_text=True)
    run_jobs()
    assert member.avatar is not None
    shown = client.get("/me/avatar", htmx=True).get_data(as_text=True)
    assert f"/media/{member.avatar}/400.webp" in shown
    assert client.get(f"/media/{member.avatar}/400.webp").status_code == 200
    gone = client.post("/me/avatar/remove", htmx=htmx)
    assert gone.status_code == (200 if htmx else 303)
    assert member.avatar is None


@BOTH
def test_a_face_that_is_no_photo(as_member: Callable[..., PortalClient], htmx: bool) -> None:
    client = as_member()
    for data in ({"photo": (BytesIO(b"<svg/>"), "me.jpg")}, {"photo": (BytesIO(b""), "")}, {}):
        answer = client.post("/me/avatar", data=data, content_type="multipart/form-data", htmx=htmx)
        assert answer.status_code == 422
        assert "photo-error" in answer.get_data(as_text=True)


def test_a_phone_photo_is_not_too_large(as_member: Callable[..., PortalClient]) -> None:
    """Larger than other requests may be, and refused for what it is, not for its size."""
    client = as_member()
    answer = client.post("/me/avatar", data={"photo": (BytesIO(b"\0" * 5_000_000), "me.jpg")})
    assert answer.status_code == 422
    assert client.post("/me/profile", data=PROFILE | {"bio": "x" * 1_100_000}).status_code == 413


# ------------------------------------------------------------------ other members


def test_member_page(client: PortalClient, make: Make, as_staff: Any, as_member: Any) -> None:
    member = make.member(display_name="林小满", bio="第一行\n第二行", region="上海", number=427)
    page = client.get(f"/members/{member.id}").get_data(as_text=True)
    for words in ("林小满", "第一行\n第二行", "上海", "0427", f"/stories/by/{member.id}", "/report/profile/"):
        assert words in page
    assert member.email not in page
    member.profile_hidden = True
    assert client.get(f"/members/{member.id}").status_code == 404
    assert as_member().get(f"/members/{member.id}").status_code == 404
    assert as_staff("host").get(f"/members/{member.id}").status_code == 404
    assert as_staff("moderator").get(f"/members/{member.id}").status_code == 200
    mine = as_member(member).get(f"/members/{member.id}").get_data(as_text=True)
    assert "hidden for now" in mine
    assert "/report/profile/" not in mine
    assert client.get("/members/01arz3ndektsv4rrffq69g5fav").status_code == 404


# ------------------------------------------------------------------ choices of this browser


@BOTH
def test_language(client: PortalClient, as_member: Any, make: Make, htmx: bool) -> None:
    answer = client.post("/language", data={"language": "zh_CN", "next": "/stories?show=featured"}, htmx=htmx)
    assert place(answer, htmx=htmx) == "/stories?show=featured"
    assert 'lang="zh-CN"' in client.get("/sign-in").get_data(as_text=True)
    member = make.member(language="en")
    as_member(member).post("/language", data={"language": "zh_CN", "next": "https://evil.example"}, htmx=htmx)
    assert member.language == "zh_CN"


@BOTH
def test_theme(client: PortalClient, htmx: bool) -> None:
    client.post("/theme", data={"theme": "dark", "next": "/sign-in"}, htmx=htmx)
    assert 'data-theme="dark"' in client.get("/sign-in").get_data(as_text=True)
    client.post("/theme", data={"theme": "", "next": "/sign-in"}, htmx=htmx)
    assert "data-theme" not in client.get("/sign-in").get_data(as_text=True)
    assert "data-theme" not in PortalClient(client.application).get("/sign-in").get_data(as_text=True)


def test_nonsense_choices_change_nothing(client: PortalClient) -> None:
    answer = client.post("/language", data={"language": "tlh", "next": "//evil.example"})
    assert place(answer, htmx=False) == "/"
    assert "Set-Cookie" not in answer.headers
