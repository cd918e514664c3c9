"""A page drawn once for many viewers: cut where something belongs to one of them, and filled for each.

Filled with a viewer's own pieces a sheet is, byte for byte, the page that the templates would have drawn for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all viewers share, and by the name of each piece the places where it goes."""

    parts: tuple[bytes, ...]
    holes: dict[str, list[int]]

    def filled(self, pieces: Mapping[str, bytes]) -> bytes:
        """The page with these pieces. KeyError when one is missing: a hole never stays open."""
        parts = list(self.parts)
        for name, places in self.holes.items():
            piece = pieces[name]
            for place in places:
                parts[place] = piece
        return b"".join(parts)


def cut(page: str, pieces: Mapping[str, str]) -> Sheet | None:
    """The page without these pieces, which stand in it as they are. None when one of them is not found.

    A piece is a whole element or a token: nothing that a member can write, because that is escaped.
    """
    found = sorted((place, name) for name, piece in pieces.items() for place in _places(page, piece))
    parts: list[bytes] = []
    holes: dict[str, list[int]] = {}
    end = 0
    for place, name in found:
        if place < end:
            return None
        parts.append(page[end:place].encode())
        holes.setdefault(name, []).append(len(parts))
        parts.append(b"")
        end = place + len(pieces[name])
    parts.append(page[end:].encode())
    return Sheet(tuple(parts), holes) if holes.keys() == pieces.keys() else None


def _places(page: str, piece: str) -> Iterator[int]:
    place = page.find(piece) if piece else -1
    while place >= 0:
        yield place
        place = page.find(piece, place + len(piece))
