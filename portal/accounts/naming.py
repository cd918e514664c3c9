"""Names that speak for the house: its own, however it is written, and its own with a word of office beside it."""

from __future__ import annotations

import re
import unicodedata

from portal.core.characters import skeleton

#: whoever stands beside the house's name with one of these claims to answer for it
_OFFICE_ZH = ("官方", "官号", "官微", "官网", "客服", "小助手", "管理员", "旗舰店", "售后", "工作人员")
_OFFICE_EN = (
    "official",
    "officials",
    "support",
    "admin",
    "administrator",
    "customerservice",
    "helpdesk",
    "staff",
)
#: only when nothing else stands there: "朝禾小编" speaks for the house, "朝禾小编的妈妈" does not
_ALONE_ZH = ("团队", "小编", "运营", "助手", "服务", "公众号", "总部")
_ALONE_EN = ("team", "service", "customer", "help", "care", "store", "shop", "hq", "moderator")
_FILLING = ("的", "号", "the", "of", "at")
_ONLY_OFFICE = re.compile(
    rf"(?:{'|'.join((*_OFFICE_ZH, *_OFFICE_EN, *_ALONE_ZH, *_ALONE_EN, *_FILLING))}|\d)+"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WORDS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")


def speaks_for(name: str, house: str) -> bool:
    """Whether people would take ``name`` for the house itself or somebody who answers for it.

    The name of the house counts as a whole only: "Zhaoheng Official" is nobody's but theirs.
    """
    wanted = skeleton(house)
    if not wanted:
        return False
    if skeleton(name) == wanted:
        return True
    words = [skeleton(word) for word in _WORDS.findall(unicodedata.normalize("NFKC", name))]
    beside = _beside(words, wanted)
    if beside is None:
        return _glued(words, wanted)
    claims = any(word in _OFFICE_EN or any(sign in word for sign in _OFFICE_ZH) for word in beside)
    return claims or _is_office("".join(beside))


def _beside(words: list[str], house: str) -> list[str] | None:
    """What stands beside the name of the house; None when it is not there as a whole."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if "".join(words[start:end]) == house:
                return words[:start] + words[end:]
    for place, word in enumerate(words):  # Chinese has no blanks between words
        if house in word and re.match(f"[{_HAN}]", house):
            return [*words[:place], *filter(None, word.split(house, 1)), *words[place + 1 :]]
    return None


def _glued(words: list[str], house: str) -> bool:
    """ "ZhaoheOfficial": without a blank only words of office may follow, or it is another name."""
    return any(
        _is_office(word.replace(house, "", 1))
        for word in words
        if word.startswith(house) or word.endswith(house)
    )


def _is_office(text: str) -> bool:
    """Whether it is made of words of office, and not of numbers or fillings alone."""
    whole = _ONLY_OFFICE.fullmatch(text)
    return whole is not None and re.sub(rf"\d|{'|'.join(_FILLING)}", "", text) != ""
