"""No table that names a member is forgotten: a new one fails here until somebody says what happens to it."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import Base
from portal.core.installation import registry

#: columns that hold ids of members without a foreign key, by how they are called
NAMING = ("_by", "by_id", "member_id", "author_id", "other_id", "reporter_id", "staff_id")
#: columns of free facts, in which an id or a name may stand
FREE = (sa.JSON,)

#: tables that look as if they named somebody, and do not, or not for long
NOT_PERSONAL = {
    "kept_text": "found only by the secret in a browser's cookie, and gone after a day",
    "contest": "the words of staff; who decided it is staff, and reads as nobody once they left",
    "contest_rules": "the words of staff as they froze, and hashes",
    "draw": "an order of entries whose ids name nobody, and numbers that everybody may read",
    "event_question": "the words of staff, with their choices",
    "event_walk": "the way between two places",
    "trial": "the words of staff, and how many of groups of five and more were chosen",
    "search_entry": "holds what its thing says, and goes with it (stories, profiles)",
}


def names_somebody(table: sa.Table) -> bool:
    """By a foreign key, by the name of a column, or in free facts."""
    to_members = any(key.column.table.name == "member" for key in table.foreign_keys)
    by_name = any(column.name.endswith(NAMING) or isinstance(column.type, FREE) for column in table.columns)
    return to_members or by_name or table.name == "member"


def uncovered(tables: list[sa.Table], covered: set[str]) -> set[str]:
    return {table.name for table in tables if names_somebody(table)} - covered - set(NOT_PERSONAL)


def covered(app: Flask) -> Counter[str]:
    with app.app_context():
        return Counter(table for data in registry().personal for table in data.tables)


def test_every_table_that_names_a_member_has_one_home(app: Flask) -> None:
    homes = covered(app)
    assert {table: number for table, number in homes.items() if number > 1} == {}
    assert uncovered(Base.metadata.sorted_tables, set(homes)) == set()
    assert set(homes) <= set(Base.metadata.tables)
    assert not set(NOT_PERSONAL) & set(homes)


@pytest.mark.one_database
@pytest.mark.parametrize(
    "column",
    [
        sa.Column("whom", sa.String(26), sa.ForeignKey("member.id")),
        sa.Column("looked_at_by", sa.String(26)),
        sa.Column("member_id", sa.String(26)),
        sa.Column("facts", sa.JSON),
    ],
    ids=lambda column: column.name,
)
def test_a_new_table_fails_until_it_has_one(app: Flask, column: sa.Column[object]) -> None:
    metadata = sa.MetaData()
    sa.Table("member", metadata, sa.Column("id", sa.String(26), primary_key=True))
    new = sa.Table("brand_new", metadata, sa.Column("id", sa.Integer, primary_key=True), column)
    assert uncovered([new], set(covered(app))) == {"brand_new"}
