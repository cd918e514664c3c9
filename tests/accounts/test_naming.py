"""Names that speak for the house, and ordinary ones that must not be refused."""

from __future__ import annotations

import pytest

from portal.accounts.interests import clean_interests, split
from portal.accounts.naming import speaks_for
from portal.core.errors import Invalid

pytestmark = pytest.mark.one_database

ZH, EN = "朝禾", "Zhaohe"


@pytest.mark.parametrize(
    "name",
    [
        "朝禾",
        "朝 禾",
        "Zhaohe",
        "ＺＨＡＯＨＥ",
        "Zhаohe",  # a Cyrillic letter
        "朝禾官方",
        "朝禾·官方",
        "朝禾官方小号",
        "官方朝禾",
        "朝禾客服",
        "朝禾客服01",
        "朝禾客服小王",
        "朝禾小编",
        "朝禾团队",
        "Zhaohe Official",
        "zhaohe_official",
        "ZhaoheOfficial",
        "OfficialZhaohe",
        "The Official Zhaohe",
        "Zhaohe Support 2",
        "Zhaohe客服",
        "Zhaohe Customer Service",
        "朝禾 official",
        "Official Zhaohe Anna",
    ],
)
def test_names_that_speak_for_the_house(name: str) -> None:
    assert speaks_for(name, ZH) or speaks_for(name, EN)


@pytest.mark.parametrize(
    "name",
    [
        "小满",
        "朝禾迷",
        "朝禾的小满",
        "爱朝禾的阿宁",
        "朝禾小编的妈妈",
        "朝禾2019",
        "Zhaohe fan",
        "Anna loves Zhaohe",
        "Zhaoheng Official",
        "Zhaoheng",
        "Zhaohe 7",
        "Official Anna",
        "客服小王",
        "Team Anna",
        "朝阳官方",
        "🌙",
    ],
)
def test_ordinary_names(name: str) -> None:
    assert not speaks_for(name, ZH)
    assert not speaks_for(name, EN)


def test_a_house_without_a_name_in_one_language() -> None:
    assert not speaks_for("Official", "")


def test_interests_are_split_and_cleaned(app: object) -> None:
    typed = " 通勤，旧电车、sewing ; Sewing\n#手作, e\u0301cole, …, ,"
    assert clean_interests(split(typed)) == ["通勤", "旧电车", "sewing", "手作", "école"]
    assert clean_interests([]) == []
    for bad in (["x" * 17], [str(n) * 2 for n in range(9)], ["www.example.com"]):
        with pytest.raises(Invalid) as refusal:
            clean_interests(bad)
        assert refusal.value.field == "interests"
