"""The worker's part: claim a photo, prepare its pictures, settle the row.

Preparing is three steps, because decoding must not hold the write lock: :func:`claim_photo` in a transaction,
:func:`prepare` outside, :func:`settle_photo` in a second one. Who dies in between loses his claim with its lease.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db
from portal.core.media.images import Rendered, render
from portal.core.media.models import Photo, PhotoState
from portal.core.media.reasons import Reason, Refused
from portal.core.media.signals import PhotoFinished, WorkBegun, photo_finished, work_begun
from portal.core.media.storage import delete_after_commit, keys_of, original_key, picture_key, storage

log = logging.getLogger(__name__)

#: longer than the slowest photo takes, with others before it in the same process
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
#: after a failure of the house (a full disk, no memory): this long for each attempt so far
PAUSE = timedelta(seconds=30)

_WAITING = Photo.state.in_((PhotoState.RECEIVED, PhotoState.PROCESSING))


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to prepare one photo until the lease ends."""

    photo_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim: pictures written, a reason to refuse, or neither (the house failed; try again)."""

    rendered: Rendered | None = None
    reason: Reason | None = None


def hand_to_worker(photo_id: str) -> None:
    """Have the photo prepared soon after the commit. If the hint gets lost, the sweep finds the row."""
    from portal.core.media.jobs import prepare_photo  # jobs stand above this file

    prepare_photo.later(photo_id)


def claim_photo(photo_id: str) -> Claim | None:
    """Take the photo for this worker; None when there is nothing to do or another one has it.

    One conditional UPDATE decides, so two workers never both win. After MOST_ATTEMPTS the photo is refused instead:
    whatever it does to the decoder, it does not do it for ever.
    """
    _hold_owner(photo_id)
    moment = clock.now()
    due = sa.update(Photo).where(Photo.id == photo_id, _WAITING, Photo.due_at <= moment)
    gave_up = due.where(Photo.attempts >= MOST_ATTEMPTS).values(
        state=PhotoState.REFUSED, reason=Reason.GAVE_UP, due_at=None, updated_at=moment
    )
    if changed_rows(gave_up):
        _tell(photo_id)
        return None
    taken = due.values(
        state=PhotoState.PROCESSING, attempts=Photo.attempts + 1, due_at=moment + LEASE, updated_at=moment
    )
    if not changed_rows(taken):
        return None
    attempt = db.session.scalar(sa.select(Photo.attempts).where(Photo.id == photo_id))
    return Claim(photo_id, attempt) if attempt else None


def prepare(claim: Claim) -> Outcome:
    """Decode the original and write its pictures. Outside any transaction; may run twice with the same result."""
    files = storage()
    try:
        with files.as_path(original_key(claim.photo_id)) as path:
            rendered = render(path)
        for width, data in rendered.widths.items():
            files.put(picture_key(claim.photo_id, width), data)
    except Refused as refusal:
        return Outcome(reason=refusal.reason)
    except FileNotFoundError:
        return Outcome(reason=Reason.LOST)
    except Exception:  # a full disk, no memory: not the photo's fault
        log.exception("could not prepare photo %s (attempt %s)", claim.photo_id, claim.attempt)
        return Outcome()
    return Outcome(rendered=rendered)


def settle_photo(claim: Claim, outcome: Outcome) -> bool:
    """Write down what became of the claim; False when it was no longer ours (deleted meanwhile, or lease lost).

    The original leaves quarantine after the commit, unless the house failed and it is needed once more.
    """
    _hold_owner(claim.photo_id)
    mine = sa.update(Photo).where(
        Photo.id == claim.photo_id, Photo.state == PhotoState.PROCESSING, Photo.attempts == claim.attempt
    )
    settled = _settled(claim, outcome)
    if not changed_rows(mine.values(updated_at=clock.now(), **settled)):
        _drop_if_gone(claim.photo_id)
        return False
    if settled["due_at"] is None:
        _tell(claim.photo_id)
    if outcome.rendered or outcome.reason:
        delete_after_commit(original_key(claim.photo_id))
    return True


def _settled(claim: Claim, outcome: Outcome) -> dict[str, object]:
    if rendered := outcome.rendered:
        seen = {"color": rendered.color, "digest": rendered.digest}
        size = {"width": rendered.width, "height": rendered.height}
        return {"state": PhotoState.READY, "due_at": None, **size, **seen}
    if outcome.reason or claim.attempt >= MOST_ATTEMPTS:
        return {"state": PhotoState.REFUSED, "reason": outcome.reason or Reason.GAVE_UP, "due_at": None}
    return {"state": PhotoState.RECEIVED, "due_at": clock.now() + PAUSE * claim.attempt}


def _hold_owner(photo_id: str) -> None:
    owner = sa.select(Photo.owner_kind, Photo.owner_id).where(Photo.id == photo_id)
    if (row := db.session.execute(owner).one_or_none()) is not None:
        work_begun.send(WorkBegun(row.owner_kind, row.owner_id))


def _tell(photo_id: str) -> None:
    """Let the owner's room know that the photo is ready or refused."""
    db.session.expire_all()
    photo = db.session.get(Photo, photo_id)
    if photo is not None:
        photo_finished.send(PhotoFinished(photo.owner_kind, photo.owner_id, photo.id))


def _drop_if_gone(photo_id: str) -> None:
    """The photo was deleted while its pictures were being written: nobody else will remove them."""
    if db.session.scalar(sa.select(Photo.id).where(Photo.id == photo_id)) is None:
        delete_after_commit(*keys_of(photo_id))
