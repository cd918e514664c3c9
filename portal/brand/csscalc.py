"""The arithmetic of style sheets, as far as ours uses it: ``calc``, ``max``, ``cos``, ``var``, + - * /, degrees.

A text becomes a function of the brand's hue. Anything else raises ValueError: a token that cannot be computed cannot
be proven.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

Number = Callable[[float], float]

_PIECE = re.compile(
    r"\s*(?:(?P<number>\d*\.?\d+)(?P<deg>deg)?|--(?P<name>[a-z0-9-]+)|(?P<word>[a-z][a-z-]*)|(?P<sign>[-+*/(),]))"
)


def number(text: str, tokens: Mapping[str, str]) -> Number:
    """``text`` as a function of the hue; ``var(--name)`` is looked up in ``tokens``, ``--brand-hue`` is the hue."""
    reader = _Reader(text, tokens)
    value = reader.sum()
    if reader.rest:
        raise ValueError(f"cannot compute {text!r}")
    return value


def arguments(text: str) -> list[str]:
    """What stands between the outer brackets, split at commas: ``light-dark(a(b, c), d)`` has two."""
    return _split(_inside(text), ",")


def words(text: str) -> list[str]:
    """What stands between the outer brackets, split at blanks: ``oklch(.5 calc(1 + 2) 3)`` has three."""
    return _split(_inside(text), " ")


def _inside(text: str) -> str:
    return text[text.index("(") + 1 : text.rindex(")")]


def _split(text: str, at: str) -> list[str]:
    depth, found = 0, [""]
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == at and depth == 0:
            found.append("")
        else:
            found[-1] += char
    return [part.strip() for part in found if part.strip()]


class _Reader:
    """Reads a text from left to right: a sum of products of single values."""

    def __init__(self, text: str, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens
        self.rest: list[re.Match[str]] = []
        place = 0
        while text[place:].strip():
            piece = _PIECE.match(text, place)
            if piece is None:
                raise ValueError(f"cannot read {text!r}")
            self.rest.append(piece)
            place = piece.end()

    def sum(self) -> Number:
        value = self._product()
        while sign := self._taken("+", "-"):
            value = _joined(value, sign, self._product())
        return value

    def _product(self) -> Number:
        value = self._single()
        while sign := self._taken("*", "/"):
            value = _joined(value, sign, self._single())
        return value

    def _single(self) -> Number:
        if not self.rest:
            raise ValueError("a value is missing")
        piece = self.rest.pop(0)
        if piece["number"]:
            fixed = math.radians(float(piece["number"])) if piece["deg"] else float(piece["number"])
            return lambda hue: fixed
        if piece["sign"] == "-":
            return _joined(lambda hue: 0.0, "-", self._single())
        if piece["sign"] == "(":
            return self._closed(self.sum())
        if piece["word"] and self._taken("("):
            return self._function(piece["word"])
        raise ValueError(f"cannot compute {piece[0]!r}")

    def _function(self, name: str) -> Number:
        if name == "var":
            return self._closed(self._looked_up(self.rest.pop(0)["name"]))
        values = [self.sum()]
        while self._taken(","):
            values.append(self.sum())
        self._closed(values[0])
        if name == "max":
            return lambda hue: max(value(hue) for value in values)
        if len(values) == 1 and name in ("calc", "cos"):
            only = values[0]
            return only if name == "calc" else lambda hue: math.cos(only(hue))
        raise ValueError(f"cannot compute {name}()")

    def _looked_up(self, name: str | None) -> Number:
        if name == "brand-hue":
            return lambda hue: hue
        if name is None or name not in self._tokens:
            raise ValueError(f"there is no --{name}")
        return number(self._tokens[name], self._tokens)

    def _closed(self, value: Number) -> Number:
        if not self._taken(")"):
            raise ValueError("a bracket is missing")
        return value

    def _taken(self, *signs: str) -> str:
        """The next sign if it is one of these; then it is read."""
        if self.rest and self.rest[0]["sign"] in signs:
            return self.rest.pop(0)["sign"]
        return ""


def _joined(left: Number, sign: str, right: Number) -> Number:
    if sign == "+":
        return lambda hue: left(hue) + right(hue)
    if sign == "-":
        return lambda hue: left(hue) - right(hue)
    if sign == "*":
        return lambda hue: left(hue) * right(hue)
    return lambda hue: left(hue) / right(hue)
