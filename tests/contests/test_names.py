"""Which names are one, how they sound, and what a name must be."""

from __future__ import annotations

import pytest

from portal.contests.rules.names import clean, same_key, sound_of, watched_in
from portal.core.errors import Invalid

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    "words", ["云朵", "云 朵", "雲朵", "云·朵", "“云朵”", "云\u200b朵", "云朵🌥️", "  雲　朵！"]
)
def test_all_spellings_of_a_name_are_one(words: str) -> None:
    assert same_key(words) == same_key("云朵")


@pytest.mark.parametrize("words", ["cloud", "CLOUD", "ＣＬＯＵＤ", "Cl-oud", "c l o u d"])
def test_width_and_case_make_no_other_name(words: str) -> None:
    assert same_key(words) == same_key("Cloud")


def test_other_names_stay_others() -> None:
    assert len({same_key(words) for words in ("云朵", "云多", "朵云", "云", "cloud", "clouds")}) == 6


def test_signs_and_blanks_do_not_part_a_phrase() -> None:
    """乾 stays itself in 乾坤 and becomes 干 elsewhere, so what stands between must be gone before."""
    assert same_key("乾坤袋") == same_key("乾 坤袋") == same_key("乾·坤袋！") == "乾坤袋"
    assert sound_of("乾坤袋") == sound_of("乾 坤袋") == "qiankundai"
    assert same_key("乾 燥") == same_key("干燥")


def test_names_that_sound_alike_have_one_sound() -> None:
    assert sound_of("云朵") == sound_of("雲朶") == sound_of("芸朵") == "yunduo"
    assert sound_of("Cloud 云") == "cloudyun"


def test_watched_words_are_found_however_they_are_spelled() -> None:
    assert watched_in("全国 最 佳") == ["最佳"]
    assert watched_in("驰名商標包") == ["驰名商标"]
    assert watched_in("The BEST bag") == ["best"]
    assert watched_in("Bestie") == []
    assert watched_in("云朵") == []


def test_a_name_of_two_characters_is_long_enough() -> None:
    assert clean(" 云朵 ", shortest=2, longest=12) == "云朵"
    assert clean("云", shortest=1, longest=12) == "云"


@pytest.mark.parametrize("words", ["", " ", "🌸🌸🌸", "……", "\u200b\u3164", "云", "云🌸", "a" * 13, "﷽" * 12])
def test_what_is_no_name_is_refused_beside_the_field(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean(words, shortest=2, longest=12)
    assert refused.value.field == "words"


def test_no_name_leads_elsewhere() -> None:
    with pytest.raises(Invalid):
        clean("www.baidu.com", shortest=2, longest=40)
