"""Links are found in any dress, and ordinary dots are none."""

from __future__ import annotations

import pytest

from portal.core.elsewhere import has_link, links_in


@pytest.mark.parametrize(
    "text",
    [
        "see https://a.example/b",
        "加我 www.shop.example",
        "加我www.shop.example看看",
        "shop.com",
        "去taobao.com下单",
        "ＷＷＷ．ｓｈｏｐ．ｅｘａｍｐｌｅ",
        "HTTPS://A.EXAMPLE",
    ],
)
def test_links_are_seen_in_any_dress(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "I walked 3.5 km. Then home.",
        "v2.0 is nice",
        "等等...好",
        "price 19.90",
        "e.g. this. And that",
        "价格3.5元",
        "没有链接",
        "well.community",
    ],
)
def test_ordinary_dots_are_no_links(text: str) -> None:
    assert not has_link(text)


def test_the_same_link_in_other_words_is_the_same_link() -> None:
    assert links_in("看 www.a.example/x 吧。") == links_in("在WWW.a.example/x，我说过") == {"www.a.example/x"}
