"""Reads of credits: on a product's page, and on that of the member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.accounts.queries.distance import leave_out
from portal.catalog.models import Credit, CreditKind, Product, ProductColor, ProductVersion
from portal.core.access import Viewer
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.core.words import spoken


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What a member made possible. ``part`` names the colour or the version it was for, if not the whole product.
    ``note``: what is never left out beside the words."""

    kind: CreditKind
    words: str
    note: str
    member: Member
    product: Product
    part: str
    path: str
    at: datetime

    @property
    def has_page(self) -> bool:
        """Whether the member still has a page to lead to."""
        return self.member.state is MemberState.ACTIVE and not self.member.profile_hidden


def credits_of(
    product_id: str, viewer: Viewer | None, *, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[CreditLine]:
    """To whom the product owes something, the newest first; nobody who is kept apart from who reads. One query."""
    statement = leave_out(_lines().where(Credit.product_id == product_id), viewer, Credit.member_id)
    return _page(statement, cursor, limit)


def made_by(member_id: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[CreditLine]:
    """What a member made possible among the products in sight, the newest first. One query."""
    return _page(_lines().where(Credit.member_id == member_id, Product.shown), cursor, limit)


# ------------------------------------------------------------------ inside


def _lines() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Credit, Member, Product, ProductColor, ProductVersion.label, Credit.at, Credit.id)
        .join(Member, Member.id == Credit.member_id)
        .join(Product, Product.id == Credit.product_id)
        .outerjoin(ProductColor, ProductColor.id == Credit.color_id)
        .outerjoin(ProductVersion, ProductVersion.id == Credit.version_id)
    )


def _page(statement: sa.Select[*tuple[Any, ...]], cursor: str | None, limit: int) -> Page[CreditLine]:
    page = keyset_page(statement, (Credit.at, Credit.id), cursor=cursor, limit=limit, scalars=False)
    return Page([_line(*row[:5]) for row in page.items], page.next_cursor)


def _line(
    credit: Credit, member: Member, product: Product, color: ProductColor | None, label: str | None
) -> CreditLine:
    part = spoken(color.name_zh, color.name_en) if color else label or ""
    note = spoken(credit.note_zh, credit.note_en)
    return CreditLine(credit.kind, credit.words, note, member, product, part, credit.path, credit.at)
