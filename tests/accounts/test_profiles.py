"""What others see of a member: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts import queries, services
from portal.accounts.models import Member, MemberState
from portal.accounts.moderated import PROFILE
from portal.accounts.services.profiles import OWNER_KIND
from portal.accounts.signals import MemberChanged, member_changed
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Invalid, NotFound
from portal.core.media.queries import photos_of
from portal.core.media.services import stage_upload
from tests.answers import picture
from tests.make import Make


def as_viewer(member: Member) -> Viewer:
    return queries.viewer_of(member.id)


def send_photo(member: Member, color: str = "crimson") -> str:
    staged = stage_upload(picture(color))
    with transaction():
        return services.receive_avatar(member, staged, by=as_viewer(member)).id


def update(member: Member, **changes: Any) -> None:
    values = {"display_name": "Alice", "bio": "", "region": "", "language": "en", "greets_newcomers": False}
    with transaction():
        services.update_profile(member, by=as_viewer(member), **(values | changes))


def found(words: str) -> list[str]:
    return [member.id for member in queries.search_members(words, None, None).items]


def test_changes_show_and_are_told(app: Flask, make: Make) -> None:
    member, told = make.member(), []
    before = member.version
    with member_changed.connected_to(told.append):
        update(member, display_name=" 南枝 ", bio="妈妈的包，我的路。", region="杭州")
    assert (member.display_name, member.region, member.version) == ("南枝", "杭州", before + 1)
    assert told == [MemberChanged(member.id)]


def test_members_are_found_by_name_region_and_number(app: Flask, make: Make) -> None:
    member = make.member(display_name="林小满", number=427)
    update(member, display_name="林小满", region="上海")
    assert found("小满") == found("上海") == found("0427") == found("No. 000427") == [member.id]
    update(member, display_name="桃子", region="上海")
    assert found("小满") == []


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u2060", "…", "x" * 33])
def test_names_must_be_names(app: Flask, make: Make, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        update(make.member(), display_name=name)
    assert refusal.value.field == "display_name"


@pytest.mark.parametrize("name", ["はな", "지수", "Ōyama", "小北🌙", "نور", "Ngọc Ánh", "O’Neill"])
def test_names_in_any_script(app: Flask, make: Make, name: str) -> None:
    member = make.member()
    update(member, display_name=name)
    assert member.display_name == name


def test_invisible_marks_are_dropped(app: Flask, make: Make) -> None:
    member = make.member()
    update(member, display_name="Ad\u202emin\u200b")
    assert member.display_name == "Admin"


def test_only_staff_carry_the_name_of_the_house(app: Flask, make: Make) -> None:
    with pytest.raises(Invalid):
        update(make.member(), display_name="我们")
    owner = make.staff("owner")
    update(owner, display_name="我们")
    assert owner.display_name == "我们"


# ------------------------------------------------------------------ face


def test_new_face_shows_when_it_is_ready(app: Flask, make: Make, run_jobs: Callable[[], None]) -> None:
    member = make.member()
    first = send_photo(member)
    assert member.avatar is None
    run_jobs()
    assert member.avatar == first
    second = send_photo(member, "navy")
    assert member.avatar == first
    run_jobs()
    assert member.avatar == second
    assert [photo.id for photo in photos_of(OWNER_KIND, member.id)] == [second]
    assert photos_of(OWNER_KIND, member.id)[0].published


def test_a_third_photo_replaces_the_one_still_waiting(
    app: Flask, make: Make, run_jobs: Callable[[], None]
) -> None:
    member = make.member()
    send_photo(member)
    last = send_photo(member, "navy")
    run_jobs()
    assert member.avatar == last
    assert len(photos_of(OWNER_KIND, member.id)) == 1


def test_face_can_be_removed(app: Flask, make: Make, run_jobs: Callable[[], None]) -> None:
    member = make.member()
    send_photo(member)
    run_jobs()
    with transaction():
        services.remove_avatar(member)
    assert member.avatar is None
    assert photos_of(OWNER_KIND, member.id) == []


# ------------------------------------------------------------------ moderation


def test_hidden_page_is_gone_for_others_and_comes_back_exactly(
    app: Flask, make: Make, run_jobs: Callable[[], None]
) -> None:
    member, stranger, moderator = make.member(display_name="林小满"), make.member(), make.staff("moderator")
    face = send_photo(member)
    run_jobs()
    before = PROFILE.state_of(member.id)
    with transaction():
        PROFILE.hide(member.id, "spam")
    assert PROFILE.state_of(member.id) == "hidden"
    for viewer in (None, as_viewer(stranger)):
        with pytest.raises(NotFound):
            queries.get_profile(viewer, member.id)
    for allowed in (member, moderator):
        assert queries.get_profile(as_viewer(allowed), member.id) is member
    assert found("小满") == []
    assert member.avatar is None
    assert not photos_of(OWNER_KIND, member.id)[0].published
    with transaction():
        PROFILE.restore(member.id, before)
    assert (PROFILE.state_of(member.id), member.avatar) == ("shown", face)
    assert photos_of(OWNER_KIND, member.id)[0].published
    assert found("小满") == [member.id]


def test_a_face_sent_while_hidden_stays_hidden(app: Flask, make: Make, run_jobs: Callable[[], None]) -> None:
    member = make.member()
    with transaction():
        PROFILE.hide(member.id, "spam")
    face = send_photo(member)
    run_jobs()
    assert member.avatar is None
    assert not photos_of(OWNER_KIND, member.id)[0].published
    with transaction():
        PROFILE.approve(member.id)
    assert member.avatar == face


def test_queue_sees_pages_in_one_query(app: Flask, make: Make, queries: Any) -> None:
    ids = [make.member(bio=f"bio {number}").id for number in range(3)]
    db.session.expire_all()
    with queries() as log:
        views = PROFILE.describe([*ids, "01arz3ndektsv4rrffq69g5fav"])
    assert len(log) == 1
    assert [views[i].body for i in ids] == ["bio 0", "bio 1", "bio 2"]
    assert len(views) == 3


# ------------------------------------------------------------------ presence


def test_presence_counts_people_not_browsers(app: Flask, make: Make) -> None:
    alice, bob, asleep = make.member(display_name="Alice", avatar="01face"), make.member(), make.member()
    for member in (alice, alice, bob):
        make.session_token(member)
    with clock.travel(clock.now() - timedelta(days=2)):
        make.session_token(asleep)
    assert queries.presence_today(5) == (2, [("Alice", "01face")])


def test_greeters_are_willing_active_and_around(app: Flask, make: Make) -> None:
    willing = make.member(greets_newcomers=True)
    hidden = make.member(greets_newcomers=True, profile_hidden=True)
    resting = make.member(greets_newcomers=True)
    unwilling, away = make.member(), make.member(greets_newcomers=True)
    for member in (willing, hidden, resting, unwilling):
        make.session_token(member)
    with clock.travel(clock.now() - timedelta(days=20)):
        make.session_token(away)
    with transaction():
        resting.state = MemberState.SUSPENDED
    assert queries.greeters(unwilling.id, 5) == [willing.id]
    assert queries.greeters(willing.id, 5) == []


def test_many_members_are_one_query(app: Flask, make: Make, queries: Any) -> None:
    from portal.accounts.queries import members_named

    ids = {make.member().id for _number in range(3)}
    db.session.expire_all()
    with queries() as log:
        assert members_named(ids).keys() == ids
    assert len(log) == 1
    with queries() as log:
        assert members_named(set()) == {}
    assert log == []


def test_a_page_holds_no_breaks_in_a_line_and_no_signs_of_direction(as_member: Any, make: Make) -> None:
    member = make.member()
    data = {
        "display_name": "Mo\u202eM",
        "bio": "a\r\n\u2067b",
        "region": "West\nLake\u202e",
        "language": "en",
    }
    assert as_member(member).post("/me/profile", data=data).status_code == 303
    assert (member.display_name, member.bio, member.region) == ("MoM", "a\nb", "West Lake")
