"""When two names are the same, how they sound, and what a name must be.

"云朵", "云 朵", "雲朵", full-width letters and another case are one name: people would read them as one on a box.
"""

from __future__ import annotations

import os
import unicodedata
from functools import cache
from typing import Any

from portal.core.characters import seen
from portal.core.elsewhere import has_link
from portal.core.errors import Invalid
from portal.core.i18n import _

#: what the columns hold
LONGEST_KEY, LONGEST_SOUND = 64, 255
#: what a name of ours should not say: the law on advertising, or good manners, are against it. Staff are shown them and decide.
WATCHED = (
    "国家级",
    "最高级",
    "最佳",
    "最好",
    "第一",
    "顶级",
    "极品",
    "唯一",
    "首选",
    "特供",
    "专供",
    "驰名商标",
    "政府",
    "国旗",
    "国徽",
    "人民币",
    "傻",
    "贱",
    "婊",
    "死",
    "best",
    "number one",
    "official",
    "government",
    "bitch",
    "fuck",
    "shit",
    "stupid",
)


def same_key(words: str) -> str:
    """The same for names that are one; empty when nothing of it is a letter or a number.

    Blanks and signs go first: traditional characters become simplified ones by phrases, which a blank would part.
    """
    folded = unicodedata.normalize("NFKC", seen(words)).casefold()
    simple: str = _simplifier().convert(_said(unicodedata.normalize("NFKC", folded)))
    return _said(simple)


def sound_of(words: str) -> str:
    """How it is said, as pinyin without tones; other letters stay as they are. Names that sound alike have the same."""
    said = _pinyin()(same_key(words))
    return "".join(said)[:LONGEST_SOUND]


def watched_in(words: str) -> list[str]:
    """The watched words that it holds, however they are spelled; English ones only as words of their own."""
    key = same_key(words)
    alone = {same_key(word) for word in words.split()} | {key}
    return [word for word in WATCHED if _holds(key, alone, same_key(word))]


def clean(words: str, *, shortest: int, longest: int) -> str:
    """A name as it may stand on a tag. ``shortest`` counts letters and numbers, ``longest`` everything that is seen.

    Raises Invalid with a sentence for the field ``words``.
    """
    name = seen(words)
    letters = len(same_key(name))
    if not letters:
        raise Invalid(_("A name needs at least one letter or character that can be said."), field="words")
    if letters < shortest:
        raise Invalid(
            _("Please use at least %(least)s characters; signs and pictures do not count.", least=shortest),
            field="words",
        )
    if len(name) > longest or letters > LONGEST_KEY:
        raise Invalid(_("Please use at most %(most)s characters.", most=longest), field="words")
    if has_link(name):
        raise Invalid(_("A name cannot hold the address of a website."), field="words")
    return name


# ------------------------------------------------------------------ inside


def _said(words: str) -> str:
    """What of it is spoken."""
    return "".join(char for char in words if _counts(char))


def _counts(char: str) -> bool:
    """Letters, numbers, and the marks that some scripts need for their letters; no blanks, dots, signs or pictures."""
    return unicodedata.category(char) in _SAID and not unicodedata.name(char, "").startswith("VARIATION")


_SAID = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc"))


def _holds(key: str, alone: set[str], watched: str) -> bool:
    return watched in alone if watched.isascii() else watched in key


@cache
def _simplifier() -> Any:
    """Traditional to simplified characters: 5 MB, read where the first name is."""
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _pinyin() -> Any:
    """Character by character. Without its phrases the library needs 13 MB instead of 55; staff hear the few differences."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import lazy_pinyin

    return lazy_pinyin
