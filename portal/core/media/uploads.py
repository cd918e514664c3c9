"""Requests that carry photos: larger than any other may be."""

from __future__ import annotations

from flask import Blueprint, request

from portal.core.media.inspection import MAX_BYTES

#: what else stands in such a form; and a photo a little too large still gets its own sentence
_BESIDE = 1024 * 1024


def may_carry_photos(blueprint: Blueprint, **most: int) -> None:
    """Let these routes of the blueprint (by name) take so many photos each; all others keep the house's small limit.

    The limit is raised before anything reads the form: the token check does.
    """
    limits = {f"{blueprint.name}.{name}": number * MAX_BYTES + _BESIDE for name, number in most.items()}

    @blueprint.url_value_preprocessor
    def raise_limit(endpoint: str | None, _values: dict[str, object] | None) -> None:
        if endpoint in limits:
            request.max_content_length = limits[endpoint]
