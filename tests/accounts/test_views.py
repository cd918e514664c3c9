"""Joining, signing in and one's own pages in the browser: each write plain and with htmx, the stranger, bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from portal.accounts import queries
from portal.accounts.models import AccountSession, Member, Role
from portal.core import clock
from portal.core.db import db
from tests.accounts.test_profiles import picture
from tests.accounts.test_services import code_in, link_in
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = pytest.mark.one_database

Outbox = Callable[[], list[Any]]
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
NEW = {"display_name": "小满", "email": "new@example.com", "password": "", "of_age": "y"}


def place(response: TestResponse, *, htmx: bool) -> str:
    """Where the answer leads: a 303 without htmx, a header with it."""
    assert response.status_code == (204 if htmx else 303), response.get_data(as_text=True)
    return str(response.headers["HX-Redirect" if htmx else "Location"])


def is_in(client: PortalClient) -> bool:
    return client.get("/me").status_code == 200


# ------------------------------------------------------------------ joining


@BOTH
def test_sign_up_with_a_code(client: PortalClient, outbox: Outbox, htmx: bool) -> None:
    assert client.get("/sign-up?from=shop&next=/stories/new").status_code == 200
    sent = client.post("/sign-up", data=NEW | {"next": "/stories/new", "source": "shop"}, htmx=htmx)
    assert place(sent, htmx=htmx) == "/check-mail"
    assert "new@example.com" in client.get("/check-mail").get_data(as_text=True)
    entered = client.post("/check-mail", data={"code": code_in(outbox()[-1])}, htmx=htmx)
    assert place(entered, htmx=htmx) == "/stories/new"
    member = queries.find_member_by_email("new@example.com")
    assert member is not None
    assert (member.join_source, member.number) == ("shop", 1)
    assert is_in(client)


def test_looking_at_the_link_changes_nothing_pressing_does(client: PortalClient, outbox: Outbox) -> None:
    client.post("/sign-up", data=NEW | {"password": "correct horse"})
    link = f"/confirm/{link_in(outbox()[-1])}"
    for _look in range(3):
        looked = client.get(link)
        assert looked.status_code == 200
        assert "小满" in looked.get_data(as_text=True)
    assert queries.find_member_by_email("new@example.com") is None
    assert place(client.post(link), htmx=False) == "/me"
    member = queries.find_member_by_email("new@example.com")
    assert member is not None
    assert member.password_hash is not None
    assert client.get(link).status_code == 404


def test_link_on_another_device_makes_the_account_without_the_password(
    app: Flask, client: PortalClient, outbox: Outbox
) -> None:
    client.post("/sign-up", data=NEW | {"password": "correct horse"})
    PortalClient(app).post(f"/confirm/{link_in(outbox()[-1])}")
    member = queries.find_member_by_email("new@example.com")
    assert member is not None
    assert member.password_hash is None


@BOTH
def test_no_answer_tells_whether_an_address_has_an_account(app: Flask, make: Make, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    answers = []
    for email in ("alice@example.com", "nobody@example.com"):
        pages = []
        for path, data in (
            ("/sign-up", NEW | {"email": email}),
            ("/sign-in/code", {"email": email}),
            ("/reset", {"email": email}),
            ("/sign-in", {"email": email, "password": "wrong password"}),
        ):
            client = PortalClient(app)
            response = client.post(path, data=data, htmx=htmx)
            waiting = client.get("/check-mail")
            text = response.get_data(as_text=True) + waiting.get_data(as_text=True)
            text = re.sub(r'name="csrf_token" value="[^"]*"', "", text.replace(email, "…"))
            pages.append((path, response.status_code, response.headers.get("Location"), text))
        answers.append(pages)
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "not an address", "does not look like an email"),
        ("email", "", "Please fill this in"),
        ("display_name", "\u200b", "what to call you"),
        ("display_name", "Our house", "name of the house"),
        ("password", "short", "at least 8"),
        ("password", "password", "anyone would guess"),
        ("password", "new@example.com", "not your name or address"),
        ("of_age", "", "confirm your age"),
    ],
)
@BOTH
def test_bad_sign_up_keeps_what_was_typed(
    client: PortalClient, outbox: Outbox, htmx: bool, field: str, value: str, sentence: str
) -> None:
    answer = client.post("/sign-up", data=NEW | {field: value}, htmx=htmx)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in text
    assert ("new@example.com" if field != "email" else "小满") in text
    assert f'id="{field}-error"' in text
    assert outbox() == []


@BOTH
def test_wrong_code(client: PortalClient, outbox: Outbox, htmx: bool) -> None:
    client.post("/sign-up", data=NEW)
    wrong = "111111" if code_in(outbox()[-1]) != "111111" else "222222"
    answer = client.post("/check-mail", data={"code": wrong}, htmx=htmx)
    assert answer.status_code == 422
    assert "does not fit" in answer.get_data(as_text=True)
    assert wrong in answer.get_data(as_text=True)
    assert client.post("/check-mail", data={"code": ""}, htmx=htmx).status_code == 422


@BOTH
def test_another_mail(client: PortalClient, outbox: Outbox, htmx: bool) -> None:
    client.post("/sign-up", data=NEW)
    assert place(client.post("/check-mail/again", htmx=htmx), htmx=htmx) == "/check-mail"
    first, second = outbox()
    assert place(client.post("/check-mail", data={"code": code_in(first)}), htmx=False) == "/me"
    assert code_in(first) != code_in(second) or first.id != second.id


def test_a_code_is_bound_to_the_browser_that_asked(app: Flask, client: PortalClient, outbox: Outbox) -> None:
    client.post("/sign-up", data=NEW)
    other = PortalClient(app)
    other.post("/sign-up", data=NEW | {"email": "mallory@example.com"})
    stolen = code_in(outbox()[0])
    if stolen != code_in(outbox()[1]):
        assert other.post("/check-mail", data={"code": stolen}).status_code == 422


def test_nothing_waited_for(client: PortalClient) -> None:
    assert client.get("/check-mail").status_code == 404
    assert client.post("/check-mail/again").status_code == 404


# ------------------------------------------------------------------ signing in and out


@BOTH
def test_sign_in_with_password(client: PortalClient, make: Make, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    data = {"email": " Alice@Example.COM ", "password": PASSWORD, "next": "/stories"}
    assert place(client.post("/sign-in", data=data, htmx=htmx), htmx=htmx) == "/stories"
    assert is_in(client)
    row = db.session.scalar(sa.select(AccountSession))
    assert row is not None


@BOTH
def test_wrong_password(client: PortalClient, make: Make, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    answer = client.post("/sign-in", data={"email": "alice@example.com", "password": "wrong one"}, htmx=htmx)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "do not fit together" in text
    assert "alice@example.com" in text
    assert "wrong one" not in text
    assert not is_in(client)


@BOTH
def test_guessing_costs_waits(client: PortalClient, make: Make, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    wrong = {"email": "alice@example.com", "password": "wrong one"}
    for _try in range(5):
        assert client.post("/sign-in", data=wrong).status_code == 422
    answer = client.post("/sign-in", data=wrong | {"password": PASSWORD}, htmx=htmx)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "please wait" in answer.get_data(as_text=True)
    with clock.travel(clock.now() + timedelta(minutes=1)):
        assert client.post("/sign-in", data=wrong | {"password": PASSWORD}).status_code == 303


@BOTH
def test_sign_in_with_code(client: PortalClient, make: Make, outbox: Outbox, htmx: bool) -> None:
    make.member(email="alice@example.com")
    asked = {"email": "alice@example.com", "password": "", "next": "/stories"}
    assert place(client.post("/sign-in/code", data=asked, htmx=htmx), htmx=htmx) == "/check-mail"
    typed = {"code": code_in(outbox()[-1])}
    assert place(client.post("/check-mail", data=typed, htmx=htmx), htmx=htmx) == "/stories"
    assert is_in(client)


@BOTH
def test_code_for_no_address(client: PortalClient, htmx: bool) -> None:
    answer = client.post("/sign-in/code", data={"email": "alice@"}, htmx=htmx)
    assert answer.status_code == 422
    assert "does not look like" in answer.get_data(as_text=True)
    assert client.get("/sign-in/code").status_code == 200


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example", "stories"])
def test_sign_in_never_leads_elsewhere(client: PortalClient, make: Make, address: str) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    data = {"email": "alice@example.com", "password": PASSWORD, "next": address}
    assert place(client.post("/sign-in", data=data), htmx=False) == "/me"


def test_session_changes_at_sign_in(app: Flask, make: Make) -> None:
    """What the browser held before (perhaps planted by somebody) is worth nothing afterwards."""
    member = make.member(email="alice@example.com", password=PASSWORD)
    client = PortalClient(app)
    with client.session_transaction() as session:
        session["planted"] = "x"
    client.post("/sign-in", data={"email": "alice@example.com", "password": PASSWORD})
    with client.session_transaction() as session:
        first = session["_user_id"]
        assert "planted" not in session
        assert session.permanent
    client.post("/sign-out")
    client.post("/sign-in", data={"email": "alice@example.com", "password": PASSWORD})
    with client.session_transaction() as session:
        assert session["_user_id"] != first
    assert queries.load_viewer(first) is None
    assert len(queries.sessions_of(member.id)) == 1


@BOTH
def test_sign_out(as_member: Callable[..., PortalClient], htmx: bool) -> None:
    client = as_member()
    answer = client.post("/sign-out", htmx=htmx)
    assert place(answer, htmx=htmx) == "/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccountSession)) == 0
    assert place(client.post("/sign-out"), htmx=False) == "/"


def test_signed_in_people_need_no_form(as_member: Callable[..., PortalClient]) -> None:
    client = as_member()
    assert place(client.get("/sign-in?next=/stories"), htmx=False) == "/stories"
    assert place(client.get("/sign-up"), htmx=False) == "/me"


def test_members_page_leads_to_sign_in_and_back(client: PortalClient) -> None:
    assert client.get("/me/profile").headers["Location"] == "/sign-in?next=/me/profile"


def test_last_seen_is_noted_and_the_cookie_lives_on(as_member: Callable[..., PortalClient]) -> None:
    client, start = as_member(), clock.now()
    client.get("/me")  # its forms bring a token into the cookie
    assert "Set-Cookie" not in client.get("/me").headers
    with clock.travel(start + timedelta(minutes=11)):
        assert "portal=" in client.get("/me").headers["Set-Cookie"]
        assert "Set-Cookie" not in client.get("/me").headers
    seen = db.session.scalar(sa.select(AccountSession.last_seen_at))
    assert seen == start + timedelta(minutes=11)


# ------------------------------------------------------------------ a new password


@BOTH
def test_reset(client: PortalClient, make: Make, outbox: Outbox, htmx: bool) -> None:
    make.member(email="alice@example.com", password=PASSWORD)
    assert (
        place(client.post("/reset", data={"email": "alice@example.com"}, htmx=htmx), htmx=htmx)
        == "/check-mail"
    )
    typed = {"code": code_in(outbox()[-1])}
    assert place(client.post("/check-mail", data=typed, htmx=htmx), htmx=htmx) == "/reset/password"
    assert client.get("/reset/password").status_code == 200
    bad = client.post("/reset/password", data={"password": "short"}, htmx=htmx)
    assert bad.status_code == 422
    assert "at least 8" in bad.get_data(as_text=True)
    assert (
        place(client.post("/reset/password", data={"password": "battery staple"}, htmx=htmx), htmx=htmx)
        == "/me"
    )
    assert is_in(client)
    member = queries.find_member_by_email("alice@example.com")
    assert member is not None


def test_reset_by_link_waits_for_the_button(
    app: Flask, make: Make, client: PortalClient, outbox: Outbox
) -> None:
    make.member(email="alice@example.com")
    client.post("/reset", data={"email": "alice@example.com"})
    link, other = f"/confirm/{link_in(outbox()[-1])}", PortalClient(app)
    assert other.get(link).status_code == 200
    assert place(other.get("/reset/password"), htmx=False) == "/reset"
    assert place(other.post(link), htmx=False) == "/reset/password"
    assert place(other.post("/reset/password", data={"password": "battery staple"}), htmx=False) == "/me"
    assert other.get(link).status_code == 404


@BOTH
def test_bad_address_at_reset(client: PortalClient, htmx: bool) -> None:
    answer = client.post("/reset", data={"email": "x"}, htmx=htmx)
    assert answer.status_code == 422


# ------------------------------------------------------------------ my pages


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


# ------------------------------------------------------------------ security


@BOTH
def test_change_password(as_member: Callable[..., PortalClient], make: Make, htmx: bool) -> None:
    member = make.member(password=PASSWORD)
    other, client = as_member(member), as_member(member)
    assert client.get("/me/security").status_code == 200
    before = member.password_hash
    wrong = client.post(
        "/me/security/password", data={"current": "wrong one", "password": "battery staple"}, htmx=htmx
    )
    assert wrong.status_code == 422
    assert 'id="current-error"' in wrong.get_data(as_text=True)
    assert member.password_hash == before
    data = {"current": PASSWORD, "password": "battery staple"}
    assert place(client.post("/me/security/password", data=data, htmx=htmx), htmx=htmx) == "/me/security"
    assert is_in(client)
    assert not is_in(other)


def test_first_password_needs_no_present_one(as_member: Callable[..., PortalClient], make: Make) -> None:
    member = make.member()
    client = as_member(member)
    assert client.post("/me/security/password", data={"password": "short"}).status_code == 422
    assert client.post("/me/security/password", data={"password": "battery staple"}).status_code == 303
    assert member.password_hash is not None


@BOTH
def test_sign_other_devices_out(as_member: Callable[..., PortalClient], make: Make, htmx: bool) -> None:
    member = make.member()
    client, phone, tablet = (as_member(member) for _device in range(3))
    page = client.get("/me/security").get_data(as_text=True)
    addresses = re.findall(r'action="(/me/security/devices/\w{64}/sign-out)"', page)
    assert len(addresses) == 2
    assert client.post(addresses[0], htmx=htmx).status_code == (200 if htmx else 303)
    assert sorted([is_in(phone), is_in(tablet)]) == [False, True]
    assert client.post(addresses[0], htmx=htmx).status_code == 404
    assert client.post("/me/security/devices/sign-out", htmx=htmx).status_code == (200 if htmx else 303)
    assert not is_in(phone)
    assert not is_in(tablet)
    assert is_in(client)


def test_nobody_signs_others_out(as_member: Callable[..., PortalClient], make: Make) -> None:
    alice = make.member()
    phone = as_member(alice)
    theirs = queries.sessions_of(alice.id)[0].token_hash
    assert as_member().post(f"/me/security/devices/{theirs}/sign-out").status_code == 404
    assert is_in(phone)


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


# ------------------------------------------------------------------ staff


@BOTH
def test_owner_gives_and_takes_roles(as_staff: Any, make: Make, htmx: bool) -> None:
    member: Member = make.member(email="bob@example.com", display_name="Bob")
    owner = as_staff("owner")
    assert owner.get("/console/staff").status_code == 200
    given = owner.post("/console/staff", data={"email": "bob@example.com", "role": "host"}, htmx=htmx)
    assert given.status_code == (200 if htmx else 303)
    assert queries.viewer_of(member.id).roles == {"host"}
    taken = owner.post(f"/console/staff/{member.id}/revoke/host", htmx=htmx)
    assert taken.status_code == (200 if htmx else 303)
    assert queries.viewer_of(member.id).roles == set()
    unknown = owner.post("/console/staff", data={"email": "nobody@example.com", "role": "host"}, htmx=htmx)
    assert unknown.status_code == 422
    assert "No member has this address" in unknown.get_data(as_text=True)
    assert owner.post(f"/console/staff/{member.id}/revoke/king", htmx=htmx).status_code == 404


def test_the_last_owner_stays(as_staff: Any) -> None:
    client = as_staff("owner")
    owner = queries.staff()[0][0]
    assert client.post(f"/console/staff/{owner.id}/revoke/owner").status_code == 409


def test_only_owners_decide_who_is_staff(as_member: Any, as_staff: Any, make: Make) -> None:
    member = make.member()
    data = {"email": member.email, "role": "owner"}
    assert as_member(member).post("/console/staff", data=data).status_code == 404
    for role in (Role.MODERATOR, Role.HOST, Role.MANAGER, Role.ANALYST):
        assert as_staff(role).post("/console/staff", data=data).status_code == 403


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
