"""Everything that is kept about a member as one zip file, packed by the worker.

asked → packing → ready, for seven days → gone; failed after three tries. The row is the truth: claiming is a conditional
UPDATE with a lease, so a worker that dies leaves the package to the next, and one that was too slow cannot settle it any
more. The file lies beside the photos, in an area that no address serves.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from portal.accounts.models import DataPackage, Member, MemberState, PackageState
from portal.accounts.signals import PackageFinished, package_finished
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.archive import Entry, json_pieces, pieces_of, write_archive
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict, NotFound
from portal.core.i18n import _, in_language
from portal.core.installation import registry
from portal.core.media.storage import PACKAGES, PART, delete_after_commit, package_key, storage

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
PAUSE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=7)
ONE_IN = timedelta(hours=24)
BATCH = 100
OPEN = (PackageState.ASKED, PackageState.PACKING)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to pack one package until the lease ends."""

    package_id: str
    member_id: str
    language: str | None
    attempt: int


# ------------------------------------------------------------------ asking


def ask_for_package(member_id: str, *, by: Viewer) -> DataPackage:
    """Have everything packed in the background. Raises Conflict while one is on its way, or was made within a day."""
    assert by.id == member_id, "everybody takes their own data"
    lock_row(Member, member_id, whole=False)
    last = newest_package(member_id)
    if last is not None and last.state in OPEN:
        raise Conflict(_("We are packing already. We tell you when it is ready."))
    made = last is not None and last.state is not PackageState.FAILED
    if last is not None and made and last.asked_at > clock.now() - ONE_IN:
        raise Conflict(_("You asked less than a day ago. Tomorrow you can take your data again."))
    now = clock.now()
    package = DataPackage(member_id=member_id, asked_at=now, due_at=now)
    db.session.add(package)
    db.session.flush()
    _hint(package.id)
    return package


def newest_package(member_id: str) -> DataPackage | None:
    mine = sa.select(DataPackage).where(DataPackage.member_id == member_id)
    return db.session.scalar(mine.order_by(DataPackage.asked_at.desc(), DataPackage.id.desc()).limit(1))


def get_package_of(member_id: str, package_id: str) -> DataPackage:
    """A package of this member that can be fetched, else NotFound."""
    package = db.session.get(DataPackage, package_id) if len(package_id) == 26 else None
    if package is None or package.member_id != member_id or package.state is not PackageState.READY:
        raise NotFound(_("This package is not here any more. You can ask for a new one."))
    return package


# ------------------------------------------------------------------ packing


def claim_package(package_id: str) -> Claim | None:
    """Take the package for this worker; None when there is nothing to do. After the last try it has failed."""
    now = clock.now()
    due = sa.update(DataPackage).where(
        DataPackage.id == package_id, DataPackage.state.in_(OPEN), DataPackage.due_at <= now
    )
    gave_up = due.where(DataPackage.attempts >= MOST_ATTEMPTS)
    if changed_rows(gave_up.values(state=PackageState.FAILED, due_at=None)):
        _tell(package_id)
        return None
    taken = due.values(state=PackageState.PACKING, attempts=DataPackage.attempts + 1, due_at=now + LEASE)
    if not changed_rows(taken):
        return None
    package = db.session.get_one(DataPackage, package_id, populate_existing=True)
    member = db.session.get_one(Member, package.member_id)
    return Claim(package.id, member.id, member.language, package.attempts)


def pack(claim: Claim) -> int:
    """Write the file; tells its length in bytes. Outside any transaction: it may take minutes. May run twice."""
    with in_language(claim.language), _file_of(claim) as file:
        return write_archive(file, _entries(claim.member_id))


def settle_package(claim: Claim, byte_size: int | None) -> bool:
    """Write down what became of it (None: it failed). False when it was no longer ours; then its file goes again."""
    now = clock.now()
    mine = sa.update(DataPackage).where(
        DataPackage.id == claim.package_id,
        DataPackage.state == PackageState.PACKING,
        DataPackage.attempts == claim.attempt,
    )
    done: dict[str, Any]
    if byte_size:
        done = {
            "state": PackageState.READY,
            "byte_size": byte_size,
            "ready_at": now,
            "due_at": now + KEPT_FOR,
        }
    elif claim.attempt >= MOST_ATTEMPTS:
        done = {"state": PackageState.FAILED, "due_at": None}
    else:
        done = {"state": PackageState.ASKED, "due_at": now + PAUSE * claim.attempt}
    if not changed_rows(mine.values(**done)):
        delete_after_commit(package_key(claim.package_id, claim.attempt))
        return False
    if byte_size or claim.attempt >= MOST_ATTEMPTS:
        _tell(claim.package_id)
    return True


def path_of(package: DataPackage) -> AbstractContextManager[Path]:
    """The file of a package that is ready. Raises FileNotFoundError."""
    return storage().as_path(package_key(package.id, package.attempts))


def files_of(package_ids: Iterable[str]) -> list[str]:
    """Every file that may exist for these packages."""
    return [package_key(one, attempt) for one in package_ids for attempt in range(1, MOST_ATTEMPTS + 1)]


# ------------------------------------------------------------------ letting go


def due_packages() -> list[str]:
    """Those that wait for a worker: lost hints, leases of workers that died, pauses that are over."""
    due = sa.select(DataPackage.id).where(DataPackage.state.in_(OPEN), DataPackage.due_at <= clock.now())
    return list(db.session.scalars(due.order_by(DataPackage.due_at).limit(BATCH)))


def discard_packages(before: datetime, most: int) -> int:
    """Delete the files of packages that were ready before this moment. Returns how many."""
    over = sa.select(DataPackage.id).where(
        DataPackage.state == PackageState.READY, DataPackage.ready_at <= before
    )
    ids = list(db.session.scalars(over.order_by(DataPackage.ready_at).limit(most)))
    gone = sa.update(DataPackage).where(DataPackage.id.in_(ids), DataPackage.state == PackageState.READY)
    changed_rows(gone.values(state=PackageState.GONE, due_at=None))
    delete_after_commit(*files_of(ids))
    return len(ids)


def delete_orphans() -> int:
    """Files that no package speaks for: crashes between a file and its row. Returns how many."""
    files, count = storage(), 0
    old = files.older_than(PACKAGES, clock.now() - LEASE)
    while some := list(islice(old, BATCH)):
        living = sa.select(DataPackage.id, DataPackage.attempts).where(
            DataPackage.id.in_({package_id for package_id, _key in some}),
            DataPackage.state.in_((PackageState.READY, PackageState.PACKING)),
        )
        keep = {package_key(row.id, row.attempts) for row in db.session.execute(living)}
        gone = [key for _package_id, key in some if key.removesuffix(PART) not in keep]
        files.delete(*gone)
        count += len(gone)
    return count


# ------------------------------------------------------------------ inside


def _file_of(claim: Claim) -> AbstractContextManager[BinaryIO]:
    return storage().writing(package_key(claim.package_id, claim.attempt))


def _entries(member_id: str) -> Iterator[Entry]:
    """What goes in, one after the other. Whoever left while we pack has nothing to take along any more."""
    yield "README.txt", [_read_me().encode()]
    for data in registry().personal:
        for part in data.export(member_id):
            if part.file is not None:
                yield part.name, pieces_of(part.file)
            elif part.rows is not None:
                yield f"data/{part.name}", json_pieces(part.rows)
    state = db.session.scalar(sa.select(Member.state).where(Member.id == member_id))
    if state is MemberState.ERASED:
        raise Conflict("erased while packing")


def _read_me() -> str:
    lines = [
        _("Your data at %(brand)s", brand=brand.current().name),
        _("packed on %(day)s", day=clock.now().strftime("%Y-%m-%d %H:%M UTC")),
        "",
        _("The folder “data” holds everything that is kept about you, one file for each kind of thing."),
        _("The files are JSON: any text editor opens them. Times are UTC."),
        _("The folder “photos” holds your photos in the largest size we keep; originals are never kept."),
        _("A photo’s name begins with the id of its story in data/stories.json."),
        "",
        _("What each file holds is its name. If you want to know more, write to us."),
        "",
    ]
    return "\n".join(lines)


def _tell(package_id: str) -> None:
    package = db.session.get_one(DataPackage, package_id, populate_existing=True)
    ready = package.state is PackageState.READY
    package_finished.send(PackageFinished(package.member_id, package.id, ready))


def _hint(package_id: str) -> None:
    """If the hint gets lost, the sweep finds the row."""
    from portal.accounts.jobs import pack_data  # jobs stand above this file

    pack_data.later(package_id)
