"""Credits: what a member made possible, written by the features above."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.catalog.models import Credit, CreditKind, Product, ProductColor, ProductVersion
from portal.core import clock
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict, NotFound
from portal.core.i18n import _


def credit(
    product_id: str,
    kind: CreditKind,
    *,
    member_id: str,
    words: str,
    source_kind: str,
    source_id: str,
    path: str,
    note_zh: str = "",
    note_en: str = "",
    color_id: str | None = None,
    version_id: str | None = None,
) -> Credit:
    """Say for good on the product's page what a member did for it: ``words`` is the name or the suggestion, ``path`` leads
    to where it happened, the note stands beside the words wherever they show.

    The same source and member credited again, also by two at once, changes nothing and answers with what stands. No row is
    held. NotFound without the product, Conflict when the colour or version is another product's.
    """
    if db.session.get(Product, product_id) is None:
        raise NotFound(_("We do not have this product (any more)."))
    _check_part(ProductColor, color_id, product_id)
    _check_part(ProductVersion, version_id, product_id)
    if (stands := _standing(source_kind, source_id, member_id)) is not None:
        return stands
    made = Credit(
        product_id=product_id,
        color_id=color_id,
        version_id=version_id,
        kind=kind,
        member_id=member_id,
        words=words,
        note_zh=note_zh,
        note_en=note_en,
        source_kind=source_kind,
        source_id=source_id,
        path=path,
        at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        stands = _standing(source_kind, source_id, member_id)
        if stands is None:  # it was something else, a member who does not exist
            raise
        return stands
    return made


def reword_credits(source_kind: str, source_id: str, words: Mapping[str, str]) -> None:
    """By member what the credits of this source say from now on; none when their words had to be taken down."""
    for member_id, said in sorted(words.items()):
        mine = sa.update(Credit).where(
            Credit.source_kind == source_kind, Credit.source_id == source_id, Credit.member_id == member_id
        )
        changed_rows(mine.values(words=said))


def _standing(source_kind: str, source_id: str, member_id: str) -> Credit | None:
    statement = sa.select(Credit).where(
        Credit.source_kind == source_kind, Credit.source_id == source_id, Credit.member_id == member_id
    )
    return db.session.scalar(statement)


def _check_part(
    model: type[ProductColor] | type[ProductVersion], part_id: str | None, product_id: str
) -> None:
    if part_id is None:
        return
    mine = sa.select(model.id).where(model.id == part_id, model.product_id == product_id)
    if db.session.scalar(mine) is None:
        raise Conflict(_("This colour or version belongs to another product."))
