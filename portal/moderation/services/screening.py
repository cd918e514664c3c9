"""Before something becomes public, and when its author takes it away again."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.brand.queries import current as current_brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.moderation import queries, rules
from portal.moderation.models import Case, CaseOrigin, CaseState
from portal.moderation.services.cases import open_case, short, tell_reporters


@dataclass(frozen=True)
class Verdict:
    """Whether a thing may be shown at once; ``because`` names why not (a HeldBecause)."""

    publish: bool
    because: str = ""


def screen(
    target_kind: str, target_id: str, *, author: Viewer, body: str, earlier: int, again: bool = False
) -> Verdict:
    """Publish or hold; ``earlier`` counts the author's published things of this kind. Holding opens a case.

    ``again``: it was taken down before, and a person looks at what became of it.

    Call it again when the content changes: a decision about the older text is then refused.
    """
    because = rules.why_hold(
        target_kind,
        author=author,
        body=body,
        earlier=earlier,
        newcomer_stories=current_brand().newcomer_stories,
        again=again,
    )
    if because is None:
        _note_new_text(target_kind, target_id, body)
        return Verdict(publish=True)
    open_case(
        target_kind,
        target_id,
        author_id=author.id,
        origin=CaseOrigin.HELD,
        title=body,
        held_because=because.value,
        earlier=earlier,
        change={
            "version": Case.version + 1,
            "origin": "origin",
            "held_because": "held_because",
            "title": "title",
            "earlier": "earlier",
        },
    )
    return Verdict(publish=False, because=because.value)


def withdraw(target_kind: str, target_id: str) -> None:
    """The author deleted it: nothing is left to decide. Reporters learn it."""
    case = queries.open_case_of(target_kind, target_id)
    if case is None:
        return
    closed = changed_rows(
        sa.update(Case)
        .where(Case.id == case.id, Case.state == CaseState.OPEN)
        .values(state=CaseState.WITHDRAWN, decided_at=clock.now(), version=Case.version + 1)
    )
    if closed:
        db.session.refresh(case)
        tell_reporters(case, "withdrawn")


def _note_new_text(target_kind: str, target_id: str, body: str) -> None:
    """An open case (a report) now speaks of another text than staff may have on their screen."""
    changed_rows(
        sa.update(Case)
        .where(Case.target_kind == target_kind, Case.target_id == target_id, Case.state == CaseState.OPEN)
        .values(version=Case.version + 1, title=short(body))
    )
