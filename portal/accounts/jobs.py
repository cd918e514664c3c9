"""The worker's part of accounts: packing what members take along, and erasing those who left."""

from __future__ import annotations

import logging

from flask import current_app

from portal.accounts.services import erasing, gone, packing
from portal.core.db import db, transaction
from portal.core.jobs import periodic, task

log = logging.getLogger(__name__)


@task
def pack_data(package_id: str) -> None:
    """Pack one package. Repeatable: one that is not due, or claimed elsewhere, is left alone."""
    with transaction():
        claim = packing.claim_package(package_id)
    if claim is None:
        return
    byte_size = None
    try:
        byte_size = packing.pack(claim)
    except Exception:  # a full disk, a photo deleted in between: tried again
        log.exception("could not pack %s (try %s)", claim.package_id, claim.attempt)
    with transaction():
        packing.settle_package(claim, byte_size)


@task
def erase_member(member_id: str) -> None:
    """Erase somebody whose day has come, step by step; each step is stored, and doing it twice is doing it once."""
    with transaction():
        closed = erasing.close_door(member_id)
    while closed:
        with transaction():
            if not erasing.forget_some(member_id):
                erasing.finish(member_id)
                break
    if closed:
        note_gone()


@periodic(minutes=1)
def sweep_packages() -> None:
    """Hints that got lost, workers that died, pauses that are over."""
    for package_id in packing.due_packages():
        pack_data.later(package_id)


@periodic(minutes=1)
def sweep_leavers() -> None:
    """Whose seven days are over, and whose worker died half-way."""
    for member_id in erasing.due_to_be_erased():
        try:
            erase_member(member_id)
        except Exception:
            log.exception("could not erase %s; it is tried again", member_id)
            db.session.rollback()


@periodic(minutes=60)
def note_gone() -> None:
    """The list of who was erased, which is kept apart from the backups."""
    gone.note(current_app.config["PORTAL"].data_dir)


@periodic(minutes=60)
def sweep_package_files() -> None:
    """What no package speaks for."""
    packing.delete_orphans()
