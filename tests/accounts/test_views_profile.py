"""What members tell of themselves, typed: plain and with htmx, bad input, two tabs, an old page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts import queries, services
from portal.accounts.models import Calendar, Gender, Member
from portal.accounts.showing import FIELDS, Audience, audience_of
from portal.core.db import db, transaction
from tests.answers import BOTH, place
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

FILLED = {
    "display_name": "南枝",
    "bio": "妈妈的包。",
    "region": "杭州",
    "interests": "通勤，旧电车, Sewing、sewing",
    "birth_calendar": "lunar",
    "birth_month": "8",
    "birth_day": "15",
    "birth_year": "１９８８年",
    "gender": "woman",
    "language": "zh_CN",
    "sees_avatar": "everyone",
    "sees_bio": "members",
    "sees_region": "staff",
    "sees_interests": "everyone",
    "sees_birthday": "members",
    "sees_gender": "staff",
}


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@BOTH
def test_everything_is_kept_with_its_audience(
    as_member: Callable[..., PortalClient], make: Make, htmx: bool
) -> None:
    member = make.member()
    answer = as_member(member).post("/me/profile", data=FILLED, htmx=htmx)
    assert place(answer, htmx=htmx) == "/me/profile"
    assert (member.birth_calendar, member.birth_month, member.birth_day) == (Calendar.LUNAR, 8, 15)
    assert (member.birth_year, member.birth_leap, member.gender) == (1988, False, Gender.WOMAN)
    assert member.interests == ["通勤", "旧电车", "Sewing"]
    assert {name: audience_of(member, name).value for name in FIELDS} == {
        name: FILLED[f"sees_{name}"] for name in FIELDS
    }
    assert member.visibility == {"bio": "members", "region": "staff", "birthday": "members"}


def test_the_form_shows_what_is_stored(as_member: Callable[..., PortalClient], make: Make) -> None:
    member = make.member()
    browser = as_member(member)
    browser.post("/me/profile", data=FILLED | {"language": "en"})
    page = text(browser.get("/me/profile"))
    for chosen in ('value="members">Members', 'value="lunar">Lunar', 'value="8">8', 'value="woman">Woman'):
        assert f"selected {chosen}" in page
    assert "通勤, 旧电车, Sewing" in page
    browser.post(
        "/me/profile", data=FILLED | {"birth_month": "", "birth_day": "", "birth_year": "", "gender": ""}
    )
    assert (member.birth_month, member.birth_year, member.gender) == (None, None, None)


@BOTH
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"display_name": " \u3000 "}, "Please tell us what to call you."),
        ({"display_name": "我们官方"}, "This is the name of the house"),
        ({"interests": "x" * 17}, "is too long"),
        ({"interests": ",".join(f"word {n}" for n in range(9))}, "at most 8"),
        ({"birth_day": ""}, "Please choose a day."),
        ({"birth_month": ""}, "Please choose a month."),
        ({"birth_month": "13"}, "Not a valid choice"),
        ({"birth_day": "30", "birth_month": "1", "birth_year": "2023"}, "This lunar month had no such day."),
        ({"birth_leap": "y"}, "did not come twice"),
        ({"birth_calendar": "solar", "birth_month": "2", "birth_day": "30", "birth_year": ""}, "no such day"),
        ({"birth_year": "88"}, "check the year"),
        ({"birth_year": "soon"}, "check the year"),
        ({"birth_year": "2999"}, "check the year"),
        ({"gender": "unicorn"}, "Not a valid choice"),
        ({"sees_bio": "nobody"}, "Not a valid choice"),
    ],
)
def test_bad_input_stands_beside_its_field_and_changes_nothing(
    as_member: Callable[..., PortalClient], make: Make, htmx: bool, changes: dict[str, str], said: str
) -> None:
    member = make.member()
    answer = as_member(member).post("/me/profile", data=FILLED | changes, htmx=htmx)
    page = text(answer)
    assert answer.status_code == 422
    assert said in page
    assert 'aria-invalid="true"' in page
    for typed in ("妈妈的包。", "杭州", changes.get("interests", "旧电车")):
        assert typed in page
    assert (member.display_name, member.bio, member.visibility) == ("Alice", "", {})


def test_everything_wrong_is_told_at_once(as_member: Callable[..., PortalClient]) -> None:
    wrong = {"display_name": " ", "interests": "x" * 17, "birth_day": "31", "sees_bio": "nobody"}
    page = text(as_member().post("/me/profile", data=FILLED | wrong))
    for field in ("display_name", "interests", "birth_day", "sees_bio"):
        assert f'id="{field}-error"' in page


@BOTH
def test_an_old_tab_opens_nothing_that_a_newer_one_hid(
    as_member: Callable[..., PortalClient], make: Make, htmx: bool
) -> None:
    member = make.member(bio="secret")
    browser = as_member(member)
    seen = re.search(r'name="seen" type="hidden" value="(\w+)"', text(browser.get("/me/profile")))
    assert seen is not None
    old = FILLED | {"seen": seen[1], "sees_bio": "everyone", "bio": "typed in the old tab"}
    with transaction():
        by = queries.viewer_of(member.id)
        services.update_profile(member, by=by, visibility={"bio": Audience.STAFF})
    answer = browser.post("/me/profile", data=old, htmx=htmx)
    assert answer.status_code == 409
    assert "typed in the old tab" in text(answer)
    assert "another window" in text(answer)
    assert audience_of(member, "bio") is Audience.STAFF
    assert browser.post("/me/profile", data=old | {"seen": "elsewhere"}, htmx=htmx).status_code == 409
    now = re.search(r'name="seen" type="hidden" value="(\w+)"', text(answer))
    assert now is not None
    browser.post("/me/profile", data=old | {"seen": now[1]})
    assert member.bio == "typed in the old tab"
    version = member.version
    assert browser.post("/me/profile", data=old).status_code == 303  # sent twice is sent once
    assert member.version == version


def test_words_that_several_like_are_offered(as_member: Callable[..., PortalClient], make: Make) -> None:
    for place_of in range(3):
        hidden = {"interests": "members"} if place_of == 0 else {}
        make.member(interests=["trams", "tea"], visibility=hidden)
    make.member(interests=["trams"])
    member = make.member()
    browser = as_member(member)
    page = text(browser.get("/me/profile"))
    assert 'value="trams"' in page
    assert 'value="tea"' not in page  # only two let everyone see it
    browser.post("/me/profile", data=FILLED | {"picked": ["trams", "gone meanwhile"], "interests": "tea"})
    assert member.interests == ["trams", "gone meanwhile", "tea"]
    assert re.search(r'<input checked[^>]*value="trams"', text(browser.get("/me/profile")))


def test_what_was_typed_before_the_session_ended_is_offered_again(client: PortalClient, make: Make) -> None:
    member = make.member()
    for place_of in range(3):
        assert make.member(interests=["trams", "tea"]), place_of
    client.post("/me/profile", data=FILLED | {"picked": ["trams", "tea"]})
    client.sign_in(make.session_token(member))
    page = text(client.get("/me/profile"))
    assert "妈妈的包。" in page
    assert 'selected value="8"' in page
    for word in ("trams", "tea"):
        assert re.search(rf'<input checked[^>]*value="{word}"', page)
    assert db.session.get_one(Member, member.id).bio == ""


def test_the_photo_follows_its_audience(
    as_member: Callable[..., PortalClient], make: Make, run_jobs: Callable[[], None]
) -> None:
    from tests.accounts.test_profiles import send_photo

    member = make.member()
    face = send_photo(member)
    run_jobs()
    browser, other, stranger = as_member(member), as_member(), PortalClient(as_member().application)
    address = f"/media/{face}/400.webp"
    assert (member.avatar, stranger.get(address).status_code) == (face, 200)
    browser.post("/me/profile", data=FILLED | {"sees_avatar": "members"})
    assert member.avatar is None
    assert [who.get(address).status_code for who in (stranger, other, browser)] == [404, 200, 200]
    assert address in text(browser.get("/me/profile"))
    second = send_photo(member, "navy")
    run_jobs()
    assert member.avatar is None
    assert stranger.get(f"/media/{second}/400.webp").status_code == 404
    browser.post("/me/profile", data=FILLED | {"sees_avatar": "everyone"})
    assert member.avatar == second
    assert stranger.get(f"/media/{second}/400.webp").status_code == 200


def test_reporters_read_only_what_everyone_may_read(as_member: Any, as_staff: Any, make: Make) -> None:
    member = make.member(bio="for staff only", visibility={"bio": "staff"})
    page = text(as_member().get(f"/report/profile/{member.id}"))
    assert "for staff only" not in page
    assert member.display_name in page
