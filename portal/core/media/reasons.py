"""Why a photo is not taken: one name and one sentence for people per reason, in one place."""

from __future__ import annotations

from enum import StrEnum

from portal.core.i18n import lazy as _l

MEGABYTE = 1024 * 1024


class Reason(StrEnum):
    """Every refusal the room knows; the value is what the row keeps."""

    EMPTY = "empty"
    TOO_HEAVY = "too_heavy"
    NOT_A_PHOTO = "not_a_photo"
    TOO_MANY_PIXELS = "too_many_pixels"
    ODD_SHAPE = "odd_shape"
    DAMAGED = "damaged"
    LOST = "lost"
    GAVE_UP = "gave_up"

    @property
    def sentence(self) -> str:
        """What the member reads, in the language in force."""
        return str(_SENTENCES[self])

    @property
    def worth_a_retry(self) -> bool:
        """Whether the same bytes may succeed later: the house failed, not the file."""
        return self is Reason.GAVE_UP


_SENTENCES = {
    Reason.EMPTY: _l("This file is empty. Please choose the photo again."),
    Reason.TOO_HEAVY: _l("This photo is larger than 20 MB. Please choose a smaller one."),
    Reason.NOT_A_PHOTO: _l("This file is not a photo we can read. Please choose a JPEG, PNG, WebP or HEIC."),
    Reason.TOO_MANY_PIXELS: _l("This photo has more pixels than we can take. Please choose a smaller one."),
    Reason.ODD_SHAPE: _l("This picture is too long and narrow to show. Please crop it and try again."),
    Reason.DAMAGED: _l("This photo is damaged or was cut off on its way. Please choose it again."),
    Reason.LOST: _l("This photo did not reach us whole. Please choose it again."),
    Reason.GAVE_UP: _l("We could not prepare this photo. Please try again."),
}


class Refused(Exception):
    """These bytes do not become a photo. ``reason`` says why; services turn it into an answer for people."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
