"""The draw for seats that staff leave to chance: the list freezes with all that the result follows from, then a public value
orders it (``core/draw``), and ``rules.filling`` walks the order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.draw import services as draws
from portal.core.draw.models import Draw, DrawMethod
from portal.core.draw.queries import find_draw
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.trials.models import Application, Decision, Trial, Way
from portal.trials.queries.result import result_of
from portal.trials.queries.tally import Tally, could_be_chosen, has_enough_points, tally_of
from portal.trials.rules.filling import Filling, Person, facts_of, fill
from portal.trials.rules.kinds import TRIAL
from portal.trials.services.newcomers import what_they_miss
from portal.trials.services.picking import hold_choosing, last_place


def freeze_list(
    trial: Trial, *, source_zh: str = "", source_en: str = "", known_at: datetime | None, by: Viewer
) -> Draw:
    """Close the list: everybody undecided with points enough, for all seats that are left. From now on nobody is picked by hand.

    The list is published together with the source of the value and the moment at which it will be known: whoever picks or skips
    cannot know it yet. A frozen list stays as it is. Raises Invalid without a source or a moment ahead, Conflict when no seat is
    left, nobody is on the list, or first timers would miss their share. Audited.
    """
    held = hold_choosing(trial, by)
    found = find_draw(TRIAL, held.id)
    if found is not None and found.frozen_at is not None:
        return found
    tally, people = tally_of(held), _people(held)
    if not tally.seats_left:
        raise Conflict(_("All seats are picked, there is nothing left to draw."))
    if not people:
        raise Conflict(_("Nobody undecided has points enough for the draw."))
    _must_have_newcomers(tally, people)
    draw = draws.open_draw(
        TRIAL, held.id, DrawMethod.PUBLIC, source_zh=source_zh, source_en=source_en, known_at=known_at
    )
    draws.enter_all(draw, people)
    draws.freeze(draw, facts_of(tally.room, people))
    audit.record("trial.list_frozen", by=by, target_kind=TRIAL, target_id=held.id, entries=len(people))
    return draw


def settle(trial: Trial, value: str, *, by: Viewer) -> Filling:
    """Draw with the published value: seats, and all others substitutes in their order, behind those whom staff keep.

    What was drawn stays as it is. Raises Invalid without a value, Conflict before the list is frozen or the value published, or when
    another value stands there. Audited.
    """
    held = hold_choosing(trial, by)
    draw = find_draw(TRIAL, held.id)
    if draw is None:
        raise Conflict(_("The list is still open. It freezes first, then it is drawn."))
    before = draw.drawn_at
    draws.draw(draw, value)
    found = result_of(draw)
    if before is None:
        _write(held, found, by)
        audit.record("trial.drawn", by=by, target_kind=TRIAL, target_id=held.id, seats=len(found.won))
    return found


# ------------------------------------------------------------------ inside


def _must_have_newcomers(tally: Tally, people: dict[str, Person]) -> None:
    """Their share does not depend on the order: it is there, or it needs something of staff first."""
    won = fill(sorted(people), tally.room, people).won
    if sum(people[one].newcomer for one in won) < tally.newcomers_left:
        back = _("The list has too few of them: take back whom you skipped or keep as substitutes.")
        raise Conflict(what_they_miss(tally, otherwise=back))


def _people(held: Trial) -> dict[str, Person]:
    """Everybody who is drawn, by the id of their application."""
    undecided = sa.select(Application.id, Application.newcomer, Application.region).where(
        Application.trial_id == held.id,
        Application.decision == Decision.OPEN,
        could_be_chosen(),
        has_enough_points(held),
    )
    rows = db.session.execute(undecided.order_by(Application.id))
    return {row.id: Person(row.newcomer, row.region or row.id) for row in rows}


def _write(held: Trial, found: Filling, by: Viewer) -> None:
    """What each of the list became; who took their application back since stands where the draw put them, too."""
    stands: dict[str, Any] = {"way": Way.DRAW, "decided_by": by.id, "decided_at": clock.now()}
    first = last_place(held) + 1
    rows = [{"id": one, "decision": Decision.PICKED, "place": None, **stands} for one in found.won]
    rows += [
        {"id": one, "decision": Decision.SUBSTITUTE, "place": place, **stands}
        for place, one in enumerate(found.substitutes, first)
    ]
    held_rows = sa.select(Application.id, Application.version).where(Application.trial_id == held.id)
    versions = {row.id: row.version for row in db.session.execute(held_rows.with_for_update())}
    there = [row | {"version": versions[row["id"]] + 1} for row in rows if row["id"] in versions]
    db.session.execute(sa.update(Application), there)
    db.session.expire_all()
