"""The text of a QR code in a picture that somebody sent. Nothing is kept; limits as for photos."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO

import zxingcpp

from portal.core.characters import plain
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.media.images import upright
from portal.core.media.inspection import MAX_BYTES
from portal.core.media.reasons import Refused

#: no code of ours is longer; what else is in a picture is nobody's business
LONGEST_TEXT = 400
_PIECE = 64 * 1024
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def read_code(stream: IO[bytes], *, field: str) -> str:
    """What the first QR code in the picture says, without signs of control. Slow: call it outside the transaction.

    Raises Invalid (beside ``field``) when it is no picture we take, or when no code can be read in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        with path.open("wb") as file:
            _copy(stream, file)
        try:
            picture = upright(path)
        except Refused as refusal:
            raise Invalid(refusal.reason.sentence, field=field) from None
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=_QR)
    texts = [one.text for one in found if one.text]
    if not texts:
        raise Invalid(
            _("There is no code in this picture that we can read. Go closer, or type it."), field=field
        )
    return plain(texts[0])[:LONGEST_TEXT]


def _copy(stream: IO[bytes], file: IO[bytes]) -> None:
    """At most one byte more than is allowed, so that the judgement of size stands in one place."""
    left = MAX_BYTES + 1
    while left > 0 and (part := stream.read(min(_PIECE, left))):
        file.write(part)
        left -= len(part)
