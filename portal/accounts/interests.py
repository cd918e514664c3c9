"""What somebody likes, in a few short words of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.core.characters import says_something, seen, skeleton
from portal.core.elsewhere import has_link
from portal.core.errors import Invalid
from portal.core.i18n import _

MOST, LONGEST = 8, 16
#: what people type between words, in both languages
_BETWEEN = re.compile(r"[,，、;；\n|]+")


def split(typed: str) -> list[str]:
    """The words of one field, as they were typed between commas."""
    return [word for word in map(str.strip, _BETWEEN.split(typed)) if word]


def clean_interests(words: Iterable[str]) -> list[str]:
    """Words as they are kept: composed, trimmed, each once however it is written. Raises Invalid."""
    kept: dict[str, str] = {}
    for word in words:
        clean = seen(word).lstrip("#").strip()
        if not says_something(clean):
            continue
        if len(clean) > LONGEST:
            message = _(
                "“%(word)s…” is too long: at most %(most)s characters each.", word=clean[:8], most=LONGEST
            )
            raise Invalid(message, field="interests")
        if has_link(clean):
            raise Invalid(_("An interest cannot be the address of a website."), field="interests")
        kept.setdefault(skeleton(clean) or clean, clean)
    if len(kept) > MOST:
        raise Invalid(_("Please choose at most %(most)s.", most=MOST), field="interests")
    return list(kept.values())
