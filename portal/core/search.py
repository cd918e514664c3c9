"""Full-text search behind one interface, for both databases and for Chinese.

Text is cut into tokens here, so both databases find the same: Latin words whole, runs of Chinese, Japanese or Korean
characters as overlapping pairs (bigrams) and the last character alone. A two-character Chinese word is then one exact
token; a single character is found as the beginning of a pair. SQLite keeps the tokens in FTS5 (triggers follow the
table), PostgreSQL in a GIN index. Results are newest first, which people of a story wall expect.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, LongText, Moment, Ref, Str64, db, is_sqlite
from portal.core.paging import PAGE_SIZE, Page, keyset_page

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f"
_RUNS = re.compile(rf"([{_CJK}]+)|([^\W_{_CJK}]+)")
_MOST_QUERY_TOKENS = 24


class SearchEntry(Base):
    """The searchable tokens of one object that everyone may see."""

    __tablename__ = "search_entry"
    __table_args__ = (
        sa.UniqueConstraint("kind", "object_id"),
        sa.Index("ix_search_entry_newest", "kind", "sort_at", "object_id"),
    )

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    kind: Mapped[Str64]
    object_id: Mapped[Ref]
    sort_at: Mapped[Moment]
    tokens: Mapped[LongText]


def _vector() -> sa.ColumnElement[object]:
    return sa.func.array_to_tsvector(sa.func.string_to_array(SearchEntry.tokens, sa.literal_column("' '")))


sa.Index("ix_search_entry_vector", _vector(), postgresql_using="gin").ddl_if(dialect="postgresql")

#: SQLite's index table and the triggers that keep it true; migrations and models both use this list
SQLITE_DDL = [
    sa.DDL(statement).execute_if(dialect="sqlite")
    for statement in (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(tokens, content='search_entry', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 0')",
        "CREATE TRIGGER IF NOT EXISTS search_entry_inserted AFTER INSERT ON search_entry BEGIN"
        " INSERT INTO search_index(rowid, tokens) VALUES (new.id, new.tokens); END",
        "CREATE TRIGGER IF NOT EXISTS search_entry_deleted AFTER DELETE ON search_entry BEGIN"
        " INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
        "CREATE TRIGGER IF NOT EXISTS search_entry_updated AFTER UPDATE ON search_entry BEGIN"
        " INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
        " INSERT INTO search_index(rowid, tokens) VALUES (new.id, new.tokens); END",
    )
]
for _statement in SQLITE_DDL:
    event.listen(SearchEntry.__table__, "after_create", _statement)


#: what orders entries: the newest first
NEWEST = (SearchEntry.sort_at, SearchEntry.object_id)


def index_entry(kind: str, object_id: str, text: str, *, sort_at: datetime) -> None:
    """Make an object findable, or refresh what is found of it. Joins the open transaction."""
    entry = _entry(kind, object_id)
    if entry is None:
        entry = SearchEntry(kind=kind, object_id=object_id)
        db.session.add(entry)
    entry.sort_at = sort_at
    entry.tokens = " ".join(tokens_of(text))
    db.session.flush()


def remove_entry(kind: str, object_id: str) -> None:
    """Nobody finds this object any more."""
    entry = _entry(kind, object_id)
    if entry is not None:
        db.session.delete(entry)
        db.session.flush()


def find_entries(
    kind: str,
    query: str,
    *,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
    but: sa.ColumnElement[bool] | None = None,
) -> Page[str]:
    """Ids of the objects of ``kind`` that hold every word of ``query``, newest first. No words: nothing.

    ``but`` is a condition on ``SearchEntry.object_id``: entries where it holds are left out.
    """
    statement = entries_with(kind, query)
    if statement is None:
        return Page([], None)
    if but is not None:
        statement = statement.where(sa.not_(but))
    page = keyset_page(statement, NEWEST, cursor=cursor, limit=limit, scalars=False)
    return Page([row.object_id for row in page.items], page.next_cursor)


def entries_with(kind: str, query: str) -> sa.Select[str, datetime] | None:
    """The same as a statement, to be joined with the objects themselves and paged by ``NEWEST``. No words: None."""
    words = query_tokens(query)
    if not words:
        return None
    statement = sa.select(SearchEntry.object_id, SearchEntry.sort_at).where(SearchEntry.kind == kind)
    if is_sqlite():
        match = " AND ".join(f'"{word}"{"*" if prefix else ""}' for word, prefix in words)
        index = sa.table("search_index", sa.column("rowid"))
        hits = sa.select(index.c.rowid).where(sa.text("search_index MATCH :match").bindparams(match=match))
        return statement.where(SearchEntry.id.in_(hits))
    match = " & ".join(f"'{word}'{':*' if prefix else ''}" for word, prefix in words)
    return statement.where(_vector().op("@@")(sa.cast(sa.literal(match), sa.dialects.postgresql.TSQUERY)))


def tokens_of(text: str) -> list[str]:
    """The distinct tokens under which ``text`` is kept, in the order they appear."""
    found: dict[str, None] = {}
    for run, word in _RUNS.findall(_folded(text)):
        if word:
            found[word[:64]] = None
            continue
        found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
        found[run[-1]] = None
    return list(found)


def query_tokens(query: str) -> list[tuple[str, bool]]:
    """What to look for: (token, whether longer tokens that begin with it count too)."""
    wanted: dict[tuple[str, bool], None] = {}
    for run, word in _RUNS.findall(_folded(query)):
        if word:
            wanted[(word[:64], True)] = None
        elif len(run) == 1:
            wanted[(run, True)] = None
        else:
            wanted.update(dict.fromkeys((run[i : i + 2], False) for i in range(len(run) - 1)))
    return list(wanted)[:_MOST_QUERY_TOKENS]


def _folded(text: str) -> str:
    """Full-width, upper case and accents make no difference. Kana keep their voicing marks (they recompose)."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(mark for mark in plain if not "\u0300" <= mark <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def _entry(kind: str, object_id: str) -> SearchEntry | None:
    return db.session.scalar(
        sa.select(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.object_id == object_id)
    )
