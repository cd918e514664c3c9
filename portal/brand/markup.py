"""What people may write in the texts of the house: headings, lists, paragraphs, addresses. Pure.

A safe subset of Markdown: a text becomes blocks of plain strings and a template escapes every one of them, so nothing
that somebody writes is ever markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

#: an address of the web, without the full stop or bracket behind it
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?()\[\]，。；：！？（）、]")
_ITEM = re.compile(r"[-*•]\s+|\d{1,3}[.)、]\s*")
_HEADING = re.compile(r"(#{1,3})\s+(.+)")


class Piece(NamedTuple):
    """Some words; ``url`` where they are an address."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """``kind``: "heading", "subheading", "paragraph", "list" or "numbers". One line is one list of pieces."""

    kind: str
    lines: list[list[Piece]] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """The text piece by piece: an empty line ends a paragraph, ``#`` begins a heading, ``-`` and ``1.`` a list."""
    found: list[Block] = []
    gap = True
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line.strip()
        if not line:
            gap = True
            continue
        kind, words = _kind_of(line)
        if gap or not found or found[-1].kind != kind or "heading" in kind:
            found.append(Block(kind))
        found[-1].lines.append(_pieces(words))
        gap = False
    return found


def _kind_of(line: str) -> tuple[str, str]:
    if heading := _HEADING.fullmatch(line):
        return ("subheading" if len(heading[1]) > 2 else "heading"), heading[2]
    if item := _ITEM.match(line):
        return ("numbers" if item[0][0].isdigit() else "list"), line[item.end() :]
    return "paragraph", line


def _pieces(words: str) -> list[Piece]:
    found, place = [], 0
    for address in _ADDRESS.finditer(words):
        if address.start() > place:
            found.append(Piece(words[place : address.start()]))
        found.append(Piece(address[0], address[0]))
        place = address.end()
    if place < len(words):
        found.append(Piece(words[place:]))
    return found
