"""Several owners at the same instant: one version of a text each time, and no setting lost unseen."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.accounts.services import consents
from portal.brand import queries, services
from portal.brand.models import LegalKind, LegalText
from portal.brand.rules import fingerprint
from portal.brand.services import settings
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

OWNERS, VERSIONS, ROUNDS = 3, 5, 6
KIND = LegalKind.RULES


def publish(owner_id: str, after: list[int]) -> list[str]:
    """Try to publish the version that follows each of these. Returns how each try went."""
    by, went = viewer_of(owner_id), []
    for version in after:
        while (queries.legal_text(KIND) or LegalText(version=0)).version < version:
            db.session.rollback()  # until somebody has published the one before
            time.sleep(0.001)
        words = f"{owner_id} {version}"

        def deed(version: int = version, words: str = words) -> str:
            with transaction():
                made = services.publish_text(
                    KIND, by=by, after=version, body_zh=words, body_en=words, change_zh="新", change_en="New"
                )
                return str(made.version)

        went.append(outcome(deed))
        db.session.rollback()
    return went


def save(owner_id: str, rounds: int, careful: bool) -> int:
    """Count the budget of newcomers up by one, each time from what was seen. Returns how often it was saved."""
    by, saved, looked = viewer_of(owner_id), 0, settings.fingerprint
    if not careful:
        settings.fingerprint = lambda values: "never mind"  # type: ignore[assignment]
    try:
        for _round in range(rounds):
            value = queries.stored()["newcomer_stories"]
            db.session.rollback()
            seen = fingerprint({"newcomer_stories": value}) if careful else "never mind"
            time.sleep(0.002)

            def deed(value: int = value, seen: str = seen) -> bool:
                with transaction():
                    services.change_settings(by=by, seen=seen, newcomer_stories=value + 1)
                return True

            saved += outcome(deed) is True
            db.session.rollback()
    finally:
        settings.fingerprint = looked
    return saved


def accept(member_id: str, versions: int) -> int:
    """Accept each version in turn; returns how many lines this browser wrote."""
    written = 0
    for version in range(1, versions + 1):
        with transaction():
            written += len(consents.accept_texts(member_id, {KIND: version}, how="bar"))
    return written


@pytest.fixture
def owners(people: Make) -> list[str]:
    return [people.staff("owner").id for _number in range(OWNERS)]


def stored() -> Any:
    db.session.rollback()
    queries.forget()
    return queries.stored()["newcomer_stories"]


def test_each_version_is_published_once(house: House, owners: list[str]) -> None:
    before = queries.legal_text(KIND)
    first = before.version if before else 0
    went = at_once(house, publish, [(owner, list(range(first, first + VERSIONS))) for owner in owners])
    db.session.rollback()
    for place in range(VERSIONS):
        tries = sorted(one[place] for one in went)
        assert tries == sorted([str(first + place + 1), *["Conflict"] * (OWNERS - 1)])
    texts = list(db.session.scalars(sa.select(LegalText).where(LegalText.kind == KIND)))
    assert sorted(text.version for text in texts) == list(range(1, first + VERSIONS + 1))
    trail = sa.select(sa.func.count()).where(AuditEntry.target_kind == "legal", AuditEntry.by_id.in_(owners))
    assert db.session.scalar(trail) == VERSIONS


def test_nothing_that_somebody_saved_is_lost_unseen(house: House, owners: list[str]) -> None:
    before = stored()
    saved = sum(at_once(house, save, [(owner, ROUNDS, True) for owner in owners]))
    assert saved >= ROUNDS
    assert stored() == before + saved


def test_without_the_check_it_would_be(house: House, owners: list[str]) -> None:
    before = stored()
    saved = sum(at_once(house, save, [(owner, ROUNDS, False) for owner in owners]))
    assert saved == OWNERS * ROUNDS
    assert stored() < before + saved


def test_two_browsers_of_one_member_accept_once(house: House, people: Make, owners: list[str]) -> None:
    publish(owners[0], [(queries.legal_text(KIND) or LegalText(version=0)).version])
    newest = (queries.legal_text(KIND) or LegalText(version=0)).version
    member = people.member().id
    db.session.rollback()
    written = at_once(house, accept, [(member, newest)] * 3)
    db.session.rollback()
    lines = consents.history(member)
    assert sum(written) == len(lines)
    versions = [line.version for line in lines]
    assert versions == sorted(set(versions), reverse=True)
    assert versions[0] == newest
