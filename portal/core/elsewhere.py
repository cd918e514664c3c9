"""Whether a text leads to another site, also when the link is only written, not clickable."""

from __future__ import annotations

import re
import unicodedata

#: Chinese writes an address into the sentence without a blank, so only Latin letters around it mean another word
_LINK = re.compile(
    r"(?:https?://|(?<![a-z0-9-])www\."
    r"|(?<![a-z0-9-])[a-z0-9-]{2,}\.(?:com|cn|net|org|top|xyz|shop|store|vip|cc|io|me|app|link|site|ru)(?![a-z0-9-]))"
    r"[a-z0-9/.:?&=#%_~+-]*"
)


def has_link(text: str) -> bool:
    return bool(links_in(text))


def links_in(text: str) -> set[str]:
    """Where the text leads, in small letters: to tell new links from old ones."""
    return {link.rstrip(".:?") for link in _LINK.findall(unicodedata.normalize("NFKC", text).lower())}
