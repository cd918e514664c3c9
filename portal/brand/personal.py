"""What the brand's room keeps about members: who of the staff published which text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.brand.models import LegalText
from portal.core.feature import Part, PersonalData
from portal.core.personal import rows_of


def export(member_id: str) -> Iterator[Part]:
    mine = sa.select(LegalText).where(LegalText.published_by == member_id).order_by(LegalText.id)
    yield Part("texts_of_the_house_i_published.json", rows=rows_of(mine, _text))


def erase(member_id: str) -> None:
    """Nothing to do: published texts never change, and the id beside them leads to nobody any more."""


PERSONAL = PersonalData(tables=frozenset({LegalText.__tablename__}), export=export, erase=erase)


def _text(row: LegalText) -> dict[str, Any]:
    return {"text": row.kind.value, "version": row.version, "at": row.published_at}
