"""The demo's words fit together: everything that is named exists, in both languages, once."""

from collections import Counter

import pytest

from portal.demo import art, texts
from portal.demo.texts_types import Both, Story
from portal.demo.themes import FESTIVAL_TAG

PEOPLE = {member.key for member in (*texts.STAFF, *texts.MEMBERS)}
TAGS = {theme.tag for theme in texts.THEMES} | {prompt.tag for prompt in texts.PROMPTS} | {FESTIVAL_TAG}
PRODUCTS = {product.slug for product in texts.PRODUCTS}


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def named(story: Story) -> str:
    return f"{story.author}: {story.body[:20]}"


def test_there_is_enough_to_look_alive() -> None:
    assert len(texts.MEMBERS) == 60
    assert len(texts.STORIES) >= 200
    assert len(texts.COMMENTS) >= 150
    assert (len(texts.CATEGORIES), len(texts.PRODUCTS), len(texts.THEMES), len(texts.PROMPTS)) == (
        10,
        14,
        8,
        6,
    )
    assert (len(texts.NEWS), len(texts.HELD), len(texts.ASKING), len(texts.REPORTS)) == (6, 3, 5, 2)


def test_nobody_shares_an_address_a_number_or_a_key() -> None:
    everybody = (*texts.STAFF, *texts.MEMBERS)
    assert len({member.email for member in everybody}) == len(everybody)
    assert len({member.number for member in everybody}) == len(everybody)
    assert len({member.key for member in everybody}) == len(everybody)
    assert all(
        member.email == member.email.lower() and member.email.endswith("@demo.example")
        for member in everybody
    )


def test_the_personas_and_every_role_exist() -> None:
    assert set(texts.PERSONAS) <= PEOPLE
    assert {member.role for member in texts.STAFF} == {"moderator", "host", "manager", "analyst", "owner"}
    assert next(member for member in texts.MEMBERS if member.key == "xiaoman").number == 427


def test_members_fit_into_their_profile() -> None:
    for member in (*texts.STAFF, *texts.MEMBERS):
        assert 0 < len(member.name) <= 64
        assert 0 < len(member.bio) <= 300
        assert member.language in ("zh_CN", "en")
        assert has_chinese(member.city.zh)
        assert not has_chinese(member.city.en)


@pytest.mark.parametrize("story", texts.STORIES, ids=named)
def test_a_story_names_only_what_exists(story: Story) -> None:
    assert story.author in PEOPLE
    assert not story.product or story.product in PRODUCTS
    assert set(story.tags) <= TAGS
    assert len(story.tags) <= 3
    assert 1 <= len(story.pictures) <= 9
    assert set(story.pictures) <= set(art.STORY_KINDS)
    assert story.mood in texts.MOODS
    assert 15 <= len(story.body) <= 400
    assert {author for author, _ in story.talk} <= PEOPLE


def test_stories_are_told_once_and_in_both_languages() -> None:
    assert len({story.body for story in texts.STORIES}) == len(texts.STORIES)
    languages = Counter(story.language for story in texts.STORIES)
    assert 0.6 < languages["zh_CN"] / len(texts.STORIES) < 0.8
    assert languages["en"] == len(texts.STORIES) - languages["zh_CN"]
    assert {story.language for story in texts.HELD} == {"zh_CN", "en"}


def test_every_theme_and_prompt_has_stories_on_the_wall() -> None:
    used = {tag for story in texts.PUBLISHED for tag in story.tags}
    assert used == TAGS
    assert len(TAGS) == len(texts.THEMES) + len(texts.PROMPTS) + 1, "each its own, and the festival’s"


def test_every_product_has_a_story_and_two_languages() -> None:
    assert {story.product for story in texts.PUBLISHED} >= PRODUCTS
    leaves = {category.slug for category in texts.CATEGORIES if category.parent}
    for product in texts.PRODUCTS:
        assert product.category in leaves
        assert product.shape in art.BAG_SHAPES
        assert product.color in art.BAG_COLORS
        assert product.story.zh.count("\n\n") == product.story.en.count("\n\n") in (1, 2)


def test_categories_have_two_levels() -> None:
    tops = {category.slug for category in texts.CATEGORIES if not category.parent}
    assert all(category.parent in tops for category in texts.CATEGORIES if category.parent)


def test_pairs_hold_chinese_and_english() -> None:
    pairs: list[Both] = [
        *(category.name for category in texts.CATEGORIES),
        *(pair for product in texts.PRODUCTS for pair in (product.name, product.story)),
        *(theme.label for theme in texts.THEMES),
        *(pair for prompt in texts.PROMPTS for pair in (prompt.label, prompt.question)),
        *(news.body for news in texts.NEWS),
        *(news.teaser for news in texts.NEWS if news.teaser),
        *texts.ALT_TEXTS.values(),
    ]
    for pair in pairs:
        assert has_chinese(pair.zh), pair
        assert pair.en, pair
        assert not has_chinese(pair.en), pair


def test_every_kind_of_picture_is_used_and_described() -> None:
    assert set(texts.ALT_TEXTS) == set(art.STORY_KINDS)
    assert {kind for story in texts.STORIES for kind in story.pictures} == set(art.STORY_KINDS)
    assert {news.kind for news in texts.NEWS} <= set(art.STORY_KINDS)


def test_newcomers_wait_with_their_only_story() -> None:
    told = Counter(story.author for story in texts.STORIES)
    for story in texts.HELD:
        assert told[story.author] == 1
        assert not story.talk
        assert not story.answer


def test_stories_that_ask_have_no_answer_yet() -> None:
    assert not [story.key for story in texts.ASKING if story.answer or story.held]


def test_every_other_story_has_an_answer_of_its_own_in_its_language() -> None:
    told = [story for story in texts.STORIES if not story.asks and not story.held]
    assert len({story.answer for story in told}) == len(told)
    for story in told:
        assert 8 <= len(story.answer) <= 200, named(story)
        assert has_chinese(story.answer) == (story.language == "zh_CN"), named(story)


def test_reports_point_to_stories_on_the_wall() -> None:
    keys = {story.key for story in texts.PUBLISHED if story.key}
    for report in texts.REPORTS:
        assert report.story in keys
        assert report.by in PEOPLE
        assert report.note
    found = Counter(story.key for story in texts.STORIES if story.key)
    assert max(found.values()) == 1


def test_answers_come_from_staff() -> None:
    staff = {member.key for member in texts.STAFF}
    assert {answer.by for answer in texts.ANSWERS} <= staff
    assert {news.by for news in texts.NEWS} <= staff


def test_everybody_tells_their_stories_in_order() -> None:
    numbered = [story.body[:3] for story in texts.STORIES if story.author == "tangtang"]
    assert numbered[1:] == ["第二条", "第三条", "第四条"]
    waiting = {story for story in texts.STORIES if story.held or story.asks}
    assert set(texts.STORIES[-len(waiting) :]) == waiting
