"""Characters that nobody sees, and those that look like others: what a text may hold, and when two names are the same.

Signs that turn the direction of writing are never kept, because they would turn what stands beside the text as well:
a name, a number, the next sentence.
"""

from __future__ import annotations

import re
import unicodedata

_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
#: signs of control but for line break and tab; signs of direction; what UTF-8 cannot write
_NEVER = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f{_DIRECTIONS}\ud800-\udfff]")
#: drawn as nothing: Unicode's "default ignorable" characters, and the empty Braille cell
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: of these, what joins and colours emoji, shapes some scripts, and chooses among forms of one Chinese character
_SHAPING = re.compile("[\u200c\u200d\ufe0f\U000e0100-\U000e01ef]")
#: as many marks as the scripts of the world put on one letter; more only spill over the lines around
_MARKS_IN_A_ROW = 3
#: Cyrillic and Greek small letters that are drawn like Latin ones
_ALIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0456\u0458\u04bb\u04cf\u051b\u051d"
    "\u03b1\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131",
    "abekmhopctyxsijhlqwaikvoptuxi",
)


def plain(text: str) -> str:
    """The text with Unix line ends, without signs of control and direction; composed, so that equal texts are equal."""
    return unicodedata.normalize("NFC", _NEVER.sub("", text.replace("\r\n", "\n")))


def seen(text: str) -> str:
    """What of a name can be seen, and what shapes it; on one line."""
    kept = "".join(
        char
        for char in plain(text)
        if _SHAPING.match(char)
        or not (_UNSEEN.match(char) or unicodedata.category(char) in ("Cf", "Co", "Cn"))
    )
    return " ".join(_with_few_marks(kept).split())


def says_something(name: str) -> bool:
    """Whether anything of it is a letter, a number or a sign that can be seen."""
    return any(unicodedata.category(char)[0] in "LNS" for char in _UNSEEN.sub("", name))


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return not _UNSEEN.sub("", text).strip()


def skeleton(name: str) -> str:
    """The same for names that people take for the same: width, case, blanks, dots and look-alike letters do not count."""
    folded = _UNSEEN.sub("", unicodedata.normalize("NFKC", name)).casefold().translate(_ALIKE)
    return "".join(char for char in folded if char.isalnum())


def _with_few_marks(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)
