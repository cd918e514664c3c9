"""Phone numbers in the one form we store and compare: E.164, such as +8613800138000."""

from __future__ import annotations

from functools import lru_cache

#: nobody writes a number longer than this
_LONGEST = 40


@lru_cache(4096)
def normalised(text: str, region: str = "CN") -> str | None:
    """The number that people of ``region`` mean by ``text``; None when no number can be meant."""
    import phonenumbers  # 3 MB, and most processes never read a number

    if not text.strip() or len(text) > _LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def dialable(text: str, region: str = "CN") -> str | None:
    """The same, but only a number that somebody can have: with a digit too few or too many it is None."""
    import phonenumbers

    found = normalised(text, region)
    return found if found and phonenumbers.is_valid_number(phonenumbers.parse(found)) else None
