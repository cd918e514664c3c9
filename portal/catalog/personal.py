"""What is kept here about a member: what they made possible. That stays on the product's page, also when they leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Credit, CreditKind, Product
from portal.core.db import db
from portal.core.feature import Part, PersonalData, Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.timeline import moments
from portal.core.words import spoken


def export(member_id: str) -> Iterator[Part]:
    """All credits of a member."""
    yield Part("product_credits.json", rows=_credits(member_id))


def erase(member_id: str) -> None:
    """Who is credited reads "Somebody who left", and a name stays the product's. Words that are not its name go with where they
    came from: the feature above takes them."""


def _credits(member_id: str) -> Iterator[dict[str, Any]]:
    mine = sa.select(Credit, Product).join(Product, Product.id == Credit.product_id)
    mine = mine.where(Credit.member_id == member_id).order_by(Credit.at, Credit.id)
    for credit, product in db.session.execute(mine.execution_options(yield_per=200)):
        yield {
            "at": credit.at.isoformat(),
            "what": credit.kind.value,
            "words": credit.words,
            "note": spoken(credit.note_zh, credit.note_en),
            "product": product.name if product.shown else "",
            "where": credit.path,
        }


def _made(member_id: str) -> sa.Select[Any]:
    facts = moments(
        Credit.at,
        kind=Credit.kind,
        words=Credit.words,
        note_zh=Credit.note_zh,
        note_en=Credit.note_en,
        slug=Product.slug,
        zh=Product.name_zh,
        en=Product.name_en,
    )
    joined = facts.select_from(Credit).join(Product, Product.id == Credit.product_id)
    return joined.where(Credit.member_id == member_id)


def _say(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    names = {"words": facts["words"] or "…", "product": spoken(facts["zh"], facts["en"])}
    named = facts["kind"] == CreditKind.NAMED.value
    text = (
        _("Named “%(words)s”: %(product)s", **names)
        if named
        else _("Suggested “%(words)s”: %(product)s", **names)
    )
    if note := spoken(facts["note_zh"], facts["note_en"]):
        text = f"{text} ({note})"
    return TimelineEntry(at, "tag" if named else "lightbulb", text, path=f"/products/{facts['slug']}")


PERSONAL = PersonalData(tables=frozenset({Credit.__tablename__}), export=export, erase=erase)
LIFE = (Teller(_made, _say),)
