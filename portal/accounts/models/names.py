"""How the name of somebody who left is read."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from portal.core.i18n import _


class Name(TypeDecorator[str]):
    """What a member is called. Who left has no name: an empty one is read as the words for that, wherever it is read.

    The one place of these words: no query and no template has to remember that people leave.
    """

    impl = sa.String(64)
    cache_ok = True

    def process_result_value(self, value: Any, dialect: object) -> str | None:
        return _("Somebody who left") if value == "" else value
