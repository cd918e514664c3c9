"""Who was erased, written down beside the database: a restored backup brings them back, this list lets them go again.

A text file in the worker's data folder, one id a line and nothing else. The rows are the truth: whoever is missing is
added by the next :func:`note`, so a worker that dies in between loses nobody.
"""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import changed_rows, db

FILE = "erased.txt"
#: ids asked for in one statement
_AT_ONCE = 500


def note(folder: Path) -> int:
    """Add to the list whoever is erased and not on it yet. Returns how many. Safe on the disk when it returns."""
    erased = set(db.session.scalars(sa.select(Member.id).where(Member.state == MemberState.ERASED)))
    new = sorted(erased - set(_listed(folder)))
    if new:
        with (folder / FILE).open("a", encoding="ascii") as file:
            file.write("".join(f"{member_id}\n" for member_id in new))
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def came_back(folder: Path) -> list[str]:
    """Who is on the list and has an account all the same."""
    listed = _listed(folder)
    back: list[str] = []
    for start in range(0, len(listed), _AT_ONCE):
        some = Member.id.in_(listed[start : start + _AT_ONCE])
        back += db.session.scalars(sa.select(Member.id).where(some, Member.state != MemberState.ERASED))
    return back


def let_go(member_id: str) -> None:
    """Their day has come, as it had before; nobody is written to. The rest is the worker's usual erasing."""
    changed_rows(sa.update(Member).where(Member.id == member_id).values(erase_after=clock.now()))


def _listed(folder: Path) -> list[str]:
    """The list without lines that were written twice or cut."""
    try:
        lines = (folder / FILE).read_text(encoding="ascii", errors="replace").split()
    except FileNotFoundError:
        return []
    return [line for line in dict.fromkeys(lines) if len(line) == _ID]


_ID = 26
