"""The code on a ticket: eight letters and digits that people can read aloud, and the address in its QR, under a short seal."""

from __future__ import annotations

import re
import unicodedata

from portal.core.crypto import keyed_digest, same
from portal.core.links import absolute

_SEAL = 10
#: longer than any address of ours; what is scanned may be anything
_LONGEST = 400
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}", re.ASCII)
_SEALED = re.compile(r"(?:.*/t/)?([^/.?#]+)\.([0-9a-fA-F]{10})/?", re.ASCII)
#: what people put between the letters, and what they take for a digit
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015_.]+")
_MISREAD = str.maketrans("OIL", "011")


def shown_code(code: str) -> str:
    """As it stands on the ticket and is typed at the door: ``8K3M-27QX``."""
    return f"{code[:4]}-{code[4:]}"


def sealed(code: str) -> str:
    """The code with its seal, as addresses carry it."""
    return f"{code}.{_seal(code)}"


def ticket_address(code: str) -> str:
    """What the QR says: the full address of ``/t/…`` on this portal."""
    return absolute(f"/t/{sealed(code)}")


def code_from(text: str) -> tuple[str, bool] | None:
    """The code in what was typed or scanned, and whether a true seal came with it.

    Forgiving of case, blanks, dashes, wide letters, O for 0 and I or L for 1. None for anything else, and for a false seal.
    """
    text = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    scanned = _SEALED.fullmatch(text)
    if scanned is not None:
        code = _read(scanned[1])
        return (code, True) if code and same(scanned[2].lower(), _seal(code)) else None
    code = _read(text.rpartition("/t/")[2].rstrip("/"))
    return (code, False) if code else None


def _read(typed: str) -> str | None:
    code = _BETWEEN.sub("", typed).upper().translate(_MISREAD)
    return code if _CODE.fullmatch(code) else None


def _seal(code: str) -> str:
    return keyed_digest(f"ticket:{code}")[:_SEAL]
