"""The shelves: categories in two levels, read at once and arranged here (a brand has a few dozen at most)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from portal.catalog.models import Category
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _


@dataclass(frozen=True)
class Branch:
    """A category of the first level with those under it, both in order."""

    category: Category
    children: list[Category] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """This category and all under it, in the order of the shelves."""
        return [self.category.id, *(child.id for child in self.children)]

    def count(self, counts: dict[str, int]) -> int:
        """How many products stand here or below."""
        return sum(counts.get(category_id, 0) for category_id in self.ids)


@dataclass(frozen=True)
class Shelves:
    """All categories, in order."""

    branches: list[Branch]

    @property
    def ids(self) -> list[str]:
        return [category_id for branch in self.branches for category_id in branch.ids]

    def __iter__(self) -> Iterator[Branch]:
        return iter(self.branches)

    def get(self, slug: str) -> Category:
        """The category with this address. NotFound."""
        for category in self._all():
            if category.slug == slug:
                return category
        raise NotFound(_("We do not have this shelf (any more)."))

    def by_id(self, category_id: str) -> Category:
        """The category with this id. NotFound."""
        for category in self._all():
            if category.id == category_id:
                return category
        raise NotFound(_("We do not have this shelf (any more)."))

    def branch_of(self, category: Category) -> Branch:
        """The branch that a category tops or belongs to."""
        top = category.parent_id or category.id
        return next(branch for branch in self.branches if branch.category.id == top)

    def ids_under(self, category: Category) -> list[str]:
        """The category alone, or with all under it when it is a top one."""
        return [category.id] if category.parent_id else self.branch_of(category).ids

    def path_to(self, category: Category) -> list[Category]:
        """From the top to the category itself: one or two."""
        return [self.by_id(category.parent_id), category] if category.parent_id else [category]

    def choices(self) -> list[tuple[str, str]]:
        """By id and name, for a list to choose from; those of the second level name their own."""
        return [(one.id, " / ".join(above.name for above in self.path_to(one))) for one in self._all()]

    def _all(self) -> Iterator[Category]:
        for branch in self.branches:
            yield branch.category
            yield from branch.children


def load_shelves() -> Shelves:
    """All categories in one query, ordered by position, then by age."""
    rows = list(db.session.scalars(sa.select(Category).order_by(Category.position, Category.id)))
    branches = {row.id: Branch(row) for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id is not None:
            branches[row.parent_id].children.append(row)
    return Shelves(list(branches.values()))
