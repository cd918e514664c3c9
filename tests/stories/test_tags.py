"""Hashtags: how they are found, kept, counted; themes and prompts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.stories import queries, services, tagging
from portal.stories.models import Hashtag, Story
from tests.make import Make


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("今天 #旅行# 很好", ["旅行"]),
        ("今天#旅行#很好", ["旅行"]),
        ("＃我是包包控＃", ["我是包包控"]),
        ("#我是包包控👜#", ["我是包包控"]),
        ("on the #OnTheRoad again", ["ontheroad"]),
        ("#Straße #STRASSE", ["strasse"]),
        ("#ＡＢＣ１", ["abc1"]),
        ("#one #two,#three", ["one", "two", "three"]),
        ("#旅行#我的包", ["旅行"]),
        ("#2024 #1", []),
        ("C# and https://a.example/#part &#39;", []),
        ("#" + "长" * 33, []),
        ("# and ## and #", []),
        ("#t-shirt·red", ["t-shirt·red"]),
    ],
)
def test_tags_are_found_in_text(text: str, tags: list[str]) -> None:
    assert list(tagging.tags_in(text)) == tags


def test_the_first_spelling_is_kept_to_be_read() -> None:
    assert tagging.tags_in("#OnTheRoad #ontheroad") == {"ontheroad": "OnTheRoad"}


def test_a_field_takes_tags_with_and_without_signs() -> None:
    assert list(tagging.tags_of_field("#旅行 commute，＃猫#狗")) == ["旅行", "commute", "猫", "狗"]


@given(st.text(max_size=80))
def test_pieces_lose_nothing_and_agree_with_the_tags(text: str) -> None:
    pieces = list(tagging.pieces(text))
    assert "".join(piece for piece, _tag in pieces) == text
    assert {tag for _piece, tag in pieces if tag} == set(tagging.tags_in(text))


@given(st.text(max_size=60))
def test_the_kept_form_is_stable(text: str) -> None:
    name = tagging.normal(text)
    assert tagging.normal(name) == name
    assert len(name) <= tagging.LONGEST_TAG


# ------------------------------------------------------------------ on stories


def test_field_and_text_together_give_at_most_five(submit: Callable[..., Story], alice: Viewer) -> None:
    story = submit(alice, "#a1 #b1 #c1 #d1", tags_text="x1 y1")
    assert {tag.name for tag in queries.tags_of(story.id)} == {"x1", "y1", "a1", "b1", "c1"}


def test_six_in_the_field_are_refused_with_a_sentence(submit: Callable[..., Story], alice: Viewer) -> None:
    with pytest.raises(Invalid) as refusal:
        submit(alice, "text", tags_text="a1 b1 c1 d1 e1 f1")
    assert refusal.value.field == "tags"


def test_counts_follow_edits_and_deletion(
    submit: Callable[..., Story], alice: Viewer, trusting: None, make: Make
) -> None:
    story = submit(alice, "#猫 #狗")
    assert _counts() == {"猫": 1, "狗": 1}
    with transaction():
        services.edit_story(story, by=alice, body="#猫 #鸟")
    assert _counts() == {"猫": 1, "狗": 0, "鸟": 1}
    with transaction():
        services.delete_story(story, by=alice)
    assert _counts() == {"猫": 0, "狗": 0, "鸟": 0}
    assert make.recounted() == []


def test_a_held_story_counts_nowhere(submit: Callable[..., Story], alice: Viewer) -> None:
    submit(alice, "#猫")
    assert _counts() == {"猫": 0}


def test_find_tag_takes_any_spelling(make: Make) -> None:
    make.hashtag("OnTheRoad", label_en="On the road")
    found = queries.find_tag("＃ONTHEROAD")
    assert found is not None
    assert (found.name, found.count) == ("ontheroad", 0)
    assert queries.find_tag("nobody") is None


# ------------------------------------------------------------------ themes and prompts


def test_themes_keep_their_order(manager: Viewer) -> None:
    with transaction():
        for name in ("one", "two", "three"):
            services.set_theme(name, by=manager, label_zh=f"中{name}", label_en=name.title())
        services.move_theme("three", by=manager, steps=-2)
        services.drop_theme("one", by=manager)
    assert [theme.label for theme in queries.themes("en")] == ["Three", "Two"]
    assert [theme.label for theme in queries.themes("zh_CN")] == ["中three", "中two"]


def test_the_wall_has_room_for_so_many_themes(manager: Viewer) -> None:
    with transaction():
        for number in range(8):
            services.set_theme(f"t{number}", by=manager, label_zh="x", label_en="x")
    with pytest.raises(Conflict), transaction():
        services.set_theme("late", by=manager, label_zh="x", label_en="x")


def test_only_those_who_may_manage_tags(moderator: Viewer) -> None:
    with pytest.raises(NotAllowed), transaction():
        services.set_theme("one", by=moderator, label_zh="x", label_en="x")


def test_the_prompt_of_the_shops_day(manager: Viewer) -> None:
    day = date(2026, 5, 4)
    with transaction():
        services.schedule_prompt(
            by=manager,
            name="票根",
            text_zh="留着吗？",
            text_en="Kept it?",
            starts_on=day,
            last_day=day + timedelta(days=6),
        )
    before_midnight = datetime(2026, 5, 10, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai, the last day
    with clock.travel(before_midnight):
        prompt = queries.current_prompt("en")
        assert prompt is not None
        assert (prompt.text, prompt.tag.name, prompt.count) == ("Kept it?", "票根", 0)
    with clock.travel(before_midnight + timedelta(minutes=1)):
        assert queries.current_prompt() is None
    with clock.travel(datetime(2026, 5, 3, 15, 59, tzinfo=UTC)):
        assert queries.current_prompt() is None


def test_two_prompts_never_share_a_day(manager: Viewer) -> None:
    day = date(2026, 5, 4)
    words = {"text_zh": "x", "text_en": "x"}
    with transaction():
        services.schedule_prompt(by=manager, name="one", starts_on=day, last_day=day, **words)
    with pytest.raises(Conflict), transaction():
        services.schedule_prompt(
            by=manager, name="two", starts_on=day - timedelta(days=3), last_day=day, **words
        )
    with pytest.raises(Invalid), transaction():
        services.schedule_prompt(
            by=manager, name="two", starts_on=day, last_day=day - timedelta(days=1), **words
        )
    with transaction():
        services.cancel_prompt(queries.prompts()[0].id, by=manager)
    assert queries.prompts() == []


def _counts() -> dict[str, int]:
    db.session.expire_all()
    return dict(db.session.execute(sa.select(Hashtag.name, Hashtag.story_count)).all())  # type: ignore[arg-type]
