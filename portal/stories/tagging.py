"""Hashtags in a text: found, and brought to the one form under which they are kept. Pure.

Two ways of writing are known: ``#tag`` ends at the first character that no word holds, ``#话题#`` at its second
sign and may hold emoji and such, but neither blanks nor stops. A closed topic wins: ``#旅行#我的包`` is the topic 旅行, then plain text. The sign
may be full-width (＃). A sign inside a Latin word or an address (``C#``, ``a/#b``) begins nothing.

The kept form is NFKC, case-folded, letters, digits, ``_``, ``-`` and ``·`` only: emoji and punctuation are dropped, so
``#我是包包控👜#`` and ``#我是包包控#`` gather the same stories. Numbers alone are no tag.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST_TAG = 32
MOST_TAGS = 5

_TAG = re.compile(
    r"(?<![A-Za-z0-9/&#＃])[#＃](?:([^\s#＃,.;:!?()/，。；：！？、（）“”…]{1,48})[#＃]|([\w·-]+))"
)
_DROPPED = re.compile(r"[^\w·-]+")
_BETWEEN = re.compile(r"[\s,，、;；#＃]+")


def normal(text: str) -> str:
    """The kept form of one tag; empty when nothing of it may be kept or it is too long."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    name = _DROPPED.sub("", folded).strip("-·_")
    return "" if len(name) > LONGEST_TAG or not re.search(r"[^\W\d_]", name) else name


def label(text: str) -> str:
    """How a tag reads: as it was first written, without signs and emoji."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).strip("-·_")


def tags_in(text: str) -> dict[str, str]:
    """The tags of a text in order: kept form -> how it was written."""
    found: dict[str, str] = {}
    for match in _TAG.finditer(text):
        written = match[1] or match[2]
        if name := normal(written):
            found.setdefault(name, label(written))
    return found


def tags_of_field(text: str) -> dict[str, str]:
    """The tags typed into a field of their own: with or without signs, parted by blanks, commas or signs."""
    found: dict[str, str] = {}
    for written in _BETWEEN.split(text):
        if name := normal(written):
            found.setdefault(name, label(written))
    return found


def pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """The text cut at its tags, for links: (piece as written, kept form of the tag or None)."""
    end = 0
    for match in _TAG.finditer(text):
        name = normal(match[1] or match[2])
        if not name:
            continue
        if match.start() > end:
            yield text[end : match.start()], None
        yield match[0], name
        end = match.end()
    if end < len(text):
        yield text[end:], None
