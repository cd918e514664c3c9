"""Texts that stand in both languages, told in the visitor's own; the other one serves when that is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.core.i18n import language


@dataclass(frozen=True, slots=True)
class Told:
    """A text and the language it is really in (``zh_CN`` or ``en``)."""

    text: str
    language: str


def told(zh: str, en: str) -> Told:
    """The text in the visitor's language, else in the other one; empty when there is neither."""
    mine = language()
    by_language = {"zh_CN": zh, "en": en}
    if by_language[mine].strip():
        return Told(by_language[mine], mine)
    other = "en" if mine == "zh_CN" else "zh_CN"
    return Told(by_language[other], other) if by_language[other].strip() else Told("", mine)


def spoken(zh: str, en: str) -> str:
    """The same for a name, where the language itself does not matter."""
    return told(zh, en).text


def clauses(sentence: str) -> list[str]:
    """Where a Chinese headline breaks best: behind its punctuation, or a dot between two things with the blank after it.

    The page keeps what stands between together.
    """
    return re.findall(r"(?s).+?(?:[，；。！？：]+|· |$)", sentence) or [sentence]
