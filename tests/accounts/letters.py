"""What a letter of accounts holds for its reader."""

from __future__ import annotations

import re
from typing import Any


def code_in(letter: Any) -> str:
    found = re.search(r"\b\d{6}\b", letter.subject)
    assert found
    return found.group()


def link_in(letter: Any) -> str:
    found = re.search(r"/confirm/([\w-]+)", letter.text_body)
    assert found
    return found.group(1)
