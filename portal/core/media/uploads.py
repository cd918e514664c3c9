"""Requests about photos: they are larger than any other may be, and bring files, descriptions and what to do with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, cast

from flask import Blueprint, request
from werkzeug.datastructures import FileStorage

from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.forms import tidy
from portal.core.i18n import _, ngettext
from portal.core.media.inspection import MAX_BYTES
from portal.core.media.models import Photo
from portal.core.media.queries import photos_of
from portal.core.media.services import Staged, stage_upload

FIELD = "photos"
#: the blocks that answer one photo's own requests: ``photo_row``, ``photo_state``, ``photo_list``
PIECES = "_photos/pieces.html"
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


def sent_files(most: int, *, field: str = FIELD) -> list[FileStorage]:
    """The files of this request, up to one more than there is room for: that one is refused for all behind it.

    A field left empty sends a file without a name.
    """
    return [file for file in request.files.getlist(field) if file.filename][: most + 1]


def take_in(add: Callable[[Staged], Photo], *, most: int, field: str = FIELD) -> list[Photo]:
    """Attach all files of this request with ``add``: each is kept and judged first, then attached in one short write of its own.

    One that is refused does not stop the others. Raises Invalid with all sentences, each after the name of its file, when some
    were refused.
    """
    photos, refusals, files = [], [], sent_files(most, field=field)
    for file in files:
        try:
            staged = stage_upload(cast(BinaryIO, file.stream))
            with transaction():
                photos.append(add(staged))
        except DomainError as refusal:
            refusals.append(f"{file.filename}: {refusal.message}" if len(files) > 1 else refusal.message)
    if refusals:
        raise Invalid(" ".join(refusals), field=field)
    return photos


def how_many_came(photos: list[Photo]) -> str:
    """What is said of those that were taken in."""
    if not photos:
        return _("Nothing was chosen. Choose photos first, then send them.")
    return ngettext("%(num)s photo is here.", "%(num)s photos are here.", len(photos))


def typed_alts(owner_kind: str, owner_id: str) -> list[tuple[Photo, str]]:
    """The photos that the sent form describes otherwise than they are described, with what was typed."""
    typed = {
        name.removeprefix("alt-"): tidy(text) or ""
        for name, text in request.form.items()
        if name.startswith("alt-")
    }
    photos = photos_of(owner_kind, owner_id) if typed else []
    return [(photo, typed[photo.id]) for photo in photos if typed.get(photo.id, photo.alt) != photo.alt]


def carry_out(
    deed: str,
    *,
    describe: Callable[[], None],
    move: Callable[[int], None],
    remove: Callable[[], None],
    retry: Callable[[], None],
) -> str:
    """What a button of a photo's row asks for, in a transaction; returns what is said then. ``move`` takes steps: -1 is forward."""
    with transaction():
        match deed:
            case "describe":
                describe()
                return _("The description is saved.")
            case "up" | "down":
                move(-1 if deed == "up" else 1)
                return _("The photo is moved.")
            case "remove":
                remove()
                return _("The photo is removed.")
            case "retry":
                retry()
                return _("We try this photo once more.")
    raise NotFound(_("There is no page at this address."))
