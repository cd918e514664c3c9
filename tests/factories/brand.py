"""Texts of the house for tests."""

from __future__ import annotations

from portal.brand import queries, services
from portal.brand.models import LegalKind, LegalText
from portal.core.db import scoped_write, transaction


def legal_text(kind: str | LegalKind = LegalKind.TERMS, **facts: str) -> LegalText:
    """The next version of a text."""
    chosen = LegalKind(kind)
    before = queries.legal_text(chosen)
    after = before.version if before else 0
    words = {
        "body_zh": f"约定第 {after + 1} 版",
        "body_en": f"Words of version {after + 1}",
        "change_zh": f"第 {after + 1} 版的新内容",
        "change_en": f"News of version {after + 1}",
    } | facts
    if scoped_write():
        return services.publish_text(chosen, by=None, after=after, **words)
    with transaction():
        services.publish_text(chosen, by=None, after=after, **words)
    made = queries.legal_text(chosen)
    assert made is not None
    return made
