"""What ``flask prove`` recomputes of trials: seats and substitutes from the order of each draw."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from portal.core.db import db
from portal.core.draw.models import Draw
from portal.core.feature import Proof
from portal.trials.models import Application, Decision, Trial, Way
from portal.trials.queries.result import result_of
from portal.trials.rules.kinds import TRIAL


def draw_differences() -> Iterable[tuple[str, int, int]]:
    """Seats and substitutes that are not what the draw gave."""
    for trial, draw in _drawn():
        found = result_of(draw)
        rows = db.session.scalars(sa.select(Application).where(Application.trial_id == trial.id))
        there = {one.id: one for one in rows}
        drawn = {one.id for one in there.values() if one.way is Way.DRAW}
        strangers = drawn - set(found.won) - set(found.substitutes)
        if strangers:
            yield f"drawn without being on the list of {trial.slug}", len(strangers), 0
        stands = (Decision.PICKED, Decision.SKIPPED) if trial.chosen_at else (Decision.PICKED,)
        won = [one for one in found.won if one in there]
        seated = sum(there[one].decision in stands for one in won)
        if seated != len(won):
            yield f"seats of the draw of {trial.slug}", seated, len(won)
        waiting = sorted(
            (one.place or 0, one.id)
            for one in there.values()
            if one.decision is Decision.SUBSTITUTE and one.id in drawn
        )
        kept = [one for _place, one in waiting]
        if kept != [one for one in found.substitutes if one in kept]:
            yield f"order of substitutes of {trial.slug}", 0, 1


def _drawn() -> Iterable[tuple[Trial, Draw]]:
    drawn = sa.and_(Draw.owner_kind == TRIAL, Draw.owner_id == Trial.id, Draw.drawn_at.is_not(None))
    for row in db.session.execute(sa.select(Trial, Draw).join(Draw, drawn).order_by(Trial.id)):
        yield row[0], row[1]


PROOFS = (Proof("trials: draws", draw_differences),)
