"""Addresses of routes for tests that walk through all of them."""

from __future__ import annotations

from werkzeug.routing import AnyConverter, IntegerConverter, Rule

#: a width that pictures have, and a version that no text has
NUMBER = 400


def set_by_rule(rule: Rule) -> dict[str, object]:
    """The arguments that take no free text, with something that fits: one of the listed words, or a number."""
    found: dict[str, object] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            found[name] = sorted(converter.items)[0]
        elif isinstance(converter, IntegerConverter):
            found[name] = NUMBER
    return found
